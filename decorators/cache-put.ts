import { type CachePutOptions, cachePut } from '../src/policies/cache/index.js';
import { declarePolicy } from './declare-policy.js';
import type { KeyedMethodDecorator, KeyFunction } from './method-types.js';

/**
 * Runs the method always, and keeps what it returns under the key by which others read it.
 *
 * ```ts
 * @CachePut({ cache: 'users', key: (user: User) => user.id })
 * async save(user: User): Promise<User> { … }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export function CachePut<A extends readonly any[] = []>(
  options: Omit<CachePutOptions, 'key'> & { readonly key?: KeyFunction<A> },
): KeyedMethodDecorator<A> {
  return declarePolicy(cachePut, options, CachePut) as KeyedMethodDecorator<A>;
}
