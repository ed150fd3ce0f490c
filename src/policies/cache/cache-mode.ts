import { InvalidOptionsError } from '../../core/index.js';

/** All of them. */
export const cacheModes = ['bypass', 'refresh', 'onlyIfCached'] as const;

/**
 * How one call uses the cache: 'bypass' goes past it and leaves it as it is, 'refresh' loads anew and keeps the result, 'onlyIfCached' gives what is
 * kept, fresh or stale, or rejects with CacheMissError.
 */
export type CacheMode = (typeof cacheModes)[number];

let asked: CacheMode | undefined;

/** What a caller asks of the calls that it makes in a function. */
export interface CallDirections {
  readonly cache: CacheMode;
}

/**
 * Calls cached methods otherwise than usual: the directions hold for those that `run` calls before its first `await`, and not for calls within these.
 *
 * ```ts
 * const user = await callWith({ cache: 'refresh' }, () => users.user('42'));
 * ```
 */
export function callWith<T>({ cache }: CallDirections, run: () => T): T {
  return during(checkedMode(cache), run);
}

/** What the caller asks of a call that is being made. */
export function askedMode(): CacheMode | undefined {
  return asked;
}

/** Runs something that the caller's directions do not concern. */
export function undirected<T>(run: () => T): T {
  return during(undefined, run);
}

function checkedMode(mode: unknown): CacheMode {
  if ((cacheModes as readonly unknown[]).includes(mode)) return mode as CacheMode;
  const rule = `must be one of ${cacheModes.map((known) => `'${known}'`).join(', ')}`;
  throw new InvalidOptionsError({ decorator: 'callWith()', option: 'cache', rule, value: mode });
}

function during<T>(mode: CacheMode | undefined, run: () => T): T {
  const before = asked;
  asked = mode;
  try {
    return run();
  } finally {
    asked = before;
  }
}
