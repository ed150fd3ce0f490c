import type { Duration } from '../src/core/index.js';
import { type CachedOptions, cached } from '../src/policies/cache/index.js';
import { declarePolicy } from './declare-policy.js';
import type { ByValue, CachingMethodDecorator, KeyFunction } from './method-types.js';

/** The options whose functions look at arguments or results. */
interface Looking<A extends readonly unknown[], R> {
  readonly key?: KeyFunction<A>;
  readonly cacheIf?: ByValue<R, boolean>;
  readonly tags?: readonly string[] | ByValue<R, readonly string[]>;
  readonly ttl?: Duration | ByValue<R, Duration>;
  readonly staleFor?: Duration | ByValue<R, Duration>;
  readonly staleIfError?: Duration | ByValue<R, Duration>;
}

/**
 * Keeps answers for a while: fresh ones are given at once, stale ones too while one refresh runs behind. A duration is short for `ttl`.
 *
 * ```ts
 * @Cached({ ttl: '1m', staleFor: '10m', key: (id: string) => id })
 * async user(id: string): Promise<User> { … }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments and results are unknowable here
export function Cached<A extends readonly any[] = [], R = any>(
  options: (Omit<CachedOptions, keyof Looking<A, R>> & Looking<A, R>) | Duration,
): CachingMethodDecorator<A, R> {
  return declarePolicy(cached, options, Cached) as CachingMethodDecorator<A, R>;
}
