import { type DedupOptions, dedup } from '../src/policies/dedup/index.js';
import { declarePolicy } from './declare-policy.js';
import type { KeyedMethodDecorator, KeyFunction } from './method-types.js';

/**
 * Merges calls that ask for the same at the same time into one; nothing is kept afterwards.
 *
 * ```ts
 * @Dedup()
 * async price(product: string): Promise<number> { … }
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export function Dedup<A extends readonly any[] = []>(
  options?: Omit<DedupOptions, 'key'> & { readonly key?: KeyFunction<A> },
): KeyedMethodDecorator<A> {
  return declarePolicy(dedup, options, Dedup) as KeyedMethodDecorator<A>;
}
