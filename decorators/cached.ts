import type { Duration } from '../src/core/index.js';
import { type CachedOptions, cached } from '../src/policies/cache/index.js';
import { declarePolicy } from './declare-policy.js';
import type { KeyedMethodDecorator, KeyFunction } from './method-types.js';

/**
 * Keeps answers for a while: fresh ones are given at once, stale ones too while one refresh runs behind. A duration is short for `ttl`.
 *
 * ```ts
 * @Cached({ ttl: '1m', staleFor: '10m', key: (id: string) => id })
 * async user(id: string): Promise<User> { … }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export function Cached<A extends readonly any[] = []>(
  options: (Omit<CachedOptions, 'key'> & { readonly key?: KeyFunction<A> }) | Duration,
): KeyedMethodDecorator<A> {
  return declarePolicy(cached, options, Cached) as KeyedMethodDecorator<A>;
}
