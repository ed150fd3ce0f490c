import { type CachePutOptions, cachePut } from '../src/policies/cache/index.js';
import { declarePolicy } from './declare-policy.js';
import type { ByValue, CachingMethodDecorator, KeyFunction } from './method-types.js';

/** The options whose functions look at arguments or results. */
interface Looking<A extends readonly unknown[], R> {
  readonly key?: KeyFunction<A>;
  readonly resultKey?: ByValue<R, unknown>;
  readonly cacheIf?: ByValue<R, boolean>;
  readonly tags?: readonly string[] | ByValue<R, readonly string[]>;
}

/**
 * Runs the method always, and keeps what it returns under the key by which others read it.
 *
 * ```ts
 * @CachePut({ cache: 'users', key: (user: User) => user.id })
 * async save(user: User): Promise<User> { … }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments and results are unknowable here
export function CachePut<A extends readonly any[] = [], R = any>(
  options: Omit<CachePutOptions, keyof Looking<A, R>> & Looking<A, R>,
): CachingMethodDecorator<A, R> {
  return declarePolicy(cachePut, options, CachePut) as CachingMethodDecorator<A, R>;
}
