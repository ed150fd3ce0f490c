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
  if (typeof name !== 'string' || name === '') return rule;
  if (name.includes('*')) return `${rule}: there is none that stands for several`;
  const subject = subjectOf(name);
  const alike = names.filter((known) => subjectOf(known) === subject);
  if (alike.length === 0 || alike.includes(name as (typeof names)[number])) return undefined;
  return `${rule}, such as ${alike.join(', ')}`;
}

const rule = 'must be the name of an event';

/** Kinds of policies whose events have another subject, as they may be taken for it. */
const subjects: Readonly<Record<string, string>> = {
  adaptivethrottle: 'throttle',
  cached: 'cache',
  cacheevict: 'cache',
  cacheput: 'cache',
  circuitbreaker: 'circuit',
};

/** What an event is about, however that is written. */
function subjectOf(name: string): string {
  const subject = name.replace(/\..*/s, '').toLowerCase();
  return Object.hasOwn(subjects, subject) ? (subjects[subject] as string) : subject;
}
