import { policyKind } from '../../core/index.js';
import { dedupOptions } from './dedup-options.js';
import { DedupPolicy } from './dedup-policy.js';

/** Deduplication as a kind of policy. */
export const dedup = policyKind({
  kind: 'dedup',
  decorator: '@Dedup',
  places: ['dedup'],
  options: dedupOptions,
  create: (settings, site, { events }) => new DedupPolicy(settings, site, events),
});
