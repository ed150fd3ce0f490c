import type { PolicyKind } from '../core/index.js';
import type { PolicyKindName } from '../policies/catalogue.js';

/** Where a policy stands: its kind, and for timeouts also of what. */
export type Place = Exclude<PolicyKindName, 'timeout'> | 'timeout.total' | 'timeout.attempt';

/**
 * The one order, outermost first, whatever the order of the decorators. docs/architecture.md says why each stands where it does.
 */
export const order = [
  'fallback',
  'cacheEvict',
  'cachePut',
  'cached',
  'dedup',
  'timeout.total',
  'retry',
  'hedge',
  'adaptiveThrottle',
  'circuitBreaker',
  'rateLimit',
  'timeout.attempt',
  'bulkhead',
  'chaos',
] as const satisfies readonly Place[];

/**
 * How far in a call can be ended from outside while the method runs: everyone further out hears of it at once, and a bulkhead further in
 * holds its slot until the method itself settles.
 */
export function endableFrom(places: readonly string[]): number {
  return places.findLastIndex((place) => !within.has(place));
}

/** What stands further in than that: it holds a slot for the method, or stands for the method itself. */
const within: ReadonlySet<string> = new Set<Place>(['bulkhead', 'chaos']);

/** Tells whether the method runs at once, or after a wait that marks its call: not again later, and not on behalf of other calls. */
export function isPrompt(place: string): boolean {
  return prompt.has(place);
}

const prompt: ReadonlySet<string> = new Set<Place>(['adaptiveThrottle', 'rateLimit', 'bulkhead']);

type Missing = Exclude<Place, (typeof order)[number]>;
true satisfies [Missing] extends [never] ? true : { missing: Missing }; // a kind without a place does not compile

/** The order with some places exchanged among each other: they share the positions that they had. */
export function reorder(places: readonly string[]): readonly string[] {
  const wanted = places.values();
  return order.map((place) => (places.includes(place) ? (wanted.next().value as string) : place));
}

/** How far in a place stands; kinds from outside stand beside one of ours. */
export function rankOf(place: string, kind: PolicyKind, places: readonly string[]): number {
  const { beside } = kind;
  if (beside === undefined) return places.indexOf(place);
  return 'before' in beside ? places.indexOf(beside.before) - 1 / 3 : places.indexOf(beside.after) + 1 / 3;
}
