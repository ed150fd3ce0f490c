import { InvalidOptionsError, instancesFor, policyKind } from '../../core/index.js';
import type { Bulkhead } from './bulkhead.js';
import { type BulkheadOptions, bulkheadOptions, mergedBulkhead, ofBulkhead } from './bulkhead-options.js';
import { BulkheadPolicy } from './bulkhead-policy.js';
import { bulkheadUse } from './bulkhead-use.js';
import type { Weight } from './weight.js';

/** Bulkhead as a kind of policy; `@Bulkhead(10)` is short for `maxConcurrent`, `@Bulkhead('name')` uses the bulkhead of that name. */
export const bulkhead = policyKind({
  kind: 'bulkhead',
  decorator: '@Bulkhead',
  places: ['bulkhead'],
  options: bulkheadOptions,
  shorthand,
  merge: mergedBulkhead,
  create: (settings, site, services, _place, given) => {
    const { bulkheads } = services.registries;
    const instances = instancesFor(bulkheads, settings, ofBulkhead(given), site, services);
    const main = bulkheads.get(instances.name);
    checkFits(settings.weight, main, site.name);
    return new BulkheadPolicy(instances, main, bulkheadUse(settings, services));
  },
});

function shorthand(value: unknown): BulkheadOptions | undefined {
  if (typeof value === 'number') return { maxConcurrent: value };
  return typeof value === 'string' ? { name: value } : undefined;
}

/** A weight that never fits is a mistake, and told when the pipeline is built; that of a function only once it is known. */
function checkFits(weight: Weight, { name, maxConcurrent }: Bulkhead, site: string): void {
  if (typeof weight !== 'number' || weight <= maxConcurrent) return;
  const rule = `must be at most ${maxConcurrent}, the slots of '${name}'`;
  throw new InvalidOptionsError({ decorator: '@Bulkhead', option: 'weight', rule, value: weight, site });
}
