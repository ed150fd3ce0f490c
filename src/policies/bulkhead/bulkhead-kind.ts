import { instancesFor, policyKind } from '../../core/index.js';
import { type BulkheadOptions, bulkheadOptions, ofBulkhead } from './bulkhead-options.js';
import { BulkheadPolicy } from './bulkhead-policy.js';
import { steadyPatience } from './patience.js';

/** Bulkhead as a kind of policy; `@Bulkhead(10)` is short for `maxConcurrent`, `@Bulkhead('name')` uses the bulkhead of that name. */
export const bulkhead = policyKind({
  kind: 'bulkhead',
  decorator: '@Bulkhead',
  places: ['bulkhead'],
  options: bulkheadOptions,
  shorthand,
  create: (settings, site, services, _place, given) => {
    const { bulkheads } = services.registries;
    const instances = instancesFor(bulkheads, settings, ofBulkhead(given), site, services);
    const patience = steadyPatience(settings.maxWait, services.clock);
    return new BulkheadPolicy(instances, bulkheads.get(instances.name), patience);
  },
});

function shorthand(value: unknown): BulkheadOptions | undefined {
  if (typeof value === 'number') return { maxConcurrent: value };
  return typeof value === 'string' ? { name: value } : undefined;
}
