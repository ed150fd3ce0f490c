/**
 * What can be left behind: `'timer'` one of setTimeout or setInterval, `'immediate'` one of setImmediate, `'promise'` one that is pending and that
 * something can still reach, `'socket'`, `'server'` (both of TCP and of pipes; UDP sockets too), `'listener'` one on an AbortSignal or an EventEmitter,
 * `'alarm'` a wait on a clock.
 */
export type LeakKind = 'timer' | 'immediate' | 'promise' | 'socket' | 'server' | 'listener' | 'alarm';

/** Things of one kind that were left behind by one place. */
export interface Leak {
  readonly kind: LeakKind;
  readonly count: number;
  /** What it is, in words: `'a timer'`, `"a listener of 'abort'"`. */
  readonly what: string;
  /** Where it was made: the first line that belongs neither to Node nor to the kit; undefined where that cannot be known. */
  readonly place: string | undefined;
}

/** Counts what is alike together, in the order of appearance. */
export function counted(leaks: readonly Omit<Leak, 'count'>[]): Leak[] {
  const groups = new Map<string, Leak>();
  for (const leak of leaks) {
    const key = JSON.stringify([leak.kind, leak.what, leak.place]);
    groups.set(key, { ...leak, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

/** Says what was left behind, a line for each place. */
export function describeLeaks(leaks: readonly Leak[]): string {
  const total = leaks.reduce((sum, { count }) => sum + count, 0);
  const lines = leaks.map(({ count, what, place }) => `  ${count} × ${what}, made ${place ?? 'at an unknown place'}`);
  return [`${total} ${total === 1 ? 'thing was' : 'things were'} left behind:`, ...lines].join('\n');
}
