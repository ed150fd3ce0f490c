import { type CacheEvictOptions, cacheEvict } from '../src/policies/cache/index.js';
import { declarePolicy } from './declare-policy.js';
import type { KeyedMethodDecorator, KeyFunction } from './method-types.js';

/**
 * Drops from caches what the method changes: by a key, by tags, or all; after it has succeeded, unless `when` says before.
 *
 * ```ts
 * @CacheEvict({ cache: 'users', key: (id: string) => id })
 * async rename(id: string, name: string): Promise<void> { … }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export function CacheEvict<A extends readonly any[] = []>(
  options: Omit<CacheEvictOptions, 'key' | 'tags'> & {
    readonly key?: KeyFunction<A>;
    readonly tags?: readonly string[] | ((...args: A) => readonly string[]);
  },
): KeyedMethodDecorator<A> {
  return declarePolicy(cacheEvict, options, CacheEvict) as KeyedMethodDecorator<A>;
}
