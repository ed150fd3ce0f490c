import type { EventName } from '../../core/index.js';

const names = [
  'bulkhead.queued',
  'bulkhead.refused',
  'bulkhead.resized',
  'cache.evicted',
  'cache.hit',
  'cache.missed',
  'cache.refreshFailed',
  'cache.servedStale',
  'cache.storeFailed',
  'cache.stored',
  'cache.unknown',
  'call.attempted',
  'call.failed',
  'call.started',
  'call.succeeded',
  'chaos.injected',
  'circuit.moved',
  'circuit.probed',
  'circuit.refused',
  'circuit.thresholdReached',
  'circuit.waited',
  'dedup.joined',
  'fallback.applied',
  'hedge.started',
  'hedge.won',
  'http.answered',
  'http.failed',
  'http.requested',
  'rateLimit.adopted',
  'rateLimit.drained',
  'rateLimit.refused',
  'rateLimit.waited',
  'retry.budgetSpent',
  'retry.exhausted',
  'retry.scheduled',
  'runtime.defaulted',
  'runtime.disposed',
  'runtime.renamed',
  'throttle.refused',
  'timeout.struck',
] as const satisfies readonly EventName[];

type Missing = Exclude<EventName, (typeof names)[number]>;
true satisfies [Missing] extends [never] ? true : { missing: Missing }; // an event without its name here does not compile

/**
 * What is wrong with the name of an event: the rule that it breaks, or undefined. A name that nothing tells would let a test of what did not happen
 * pass for ever; those of others' events cannot be known, unless they begin like ours.
 */
export function nameFault(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'must be the name of an event';
  const subject = name.replace(/\..*/s, '');
  const alike = names.filter((known) => known.startsWith(`${subject}.`));
  if (alike.length === 0 || alike.includes(name as (typeof names)[number])) return undefined;
  return `must be the name of an event, such as ${alike.join(', ')}`;
}
