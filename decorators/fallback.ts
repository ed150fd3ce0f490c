import type { ErrorRules } from '../src/core/index.js';
import { type FallbackRule, type FallbackSourceClass, fallback } from '../src/policies/fallback/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';
import type { Literal, MethodFallbackDecorator, SubstituteDecorator } from './fallback-decorator.js';

/** For which errors a substitute is given, and whether at all. */
type Conditions = Omit<ErrorRules, 'ignore'> & { readonly enabled?: boolean };

/** Gives a substitute from the error and the arguments; `this` is the instance. */
// biome-ignore lint/suspicious/noExplicitAny: the instance's class is not known here, and an error may be anything
type SubstituteFunction<F, A extends readonly any[]> = (this: any, error: any, ...args: A) => F | PromiseLike<F>;

/**
 * Answers with a substitute when everything else has failed: another method of the class, a value, an instance from the container, or a function
 * of the error and the arguments. Never for a caller that has left.
 *
 * ```ts
 * @Fallback({ value: [], on: CircuitOpenError })
 * async recommendations(user: string): Promise<Item[]> { … }
 * ```
 */
export function Fallback<const Name extends string>(
  options: Conditions & { readonly method: Name },
): MethodFallbackDecorator<Name>;
export function Fallback<F extends Literal>(options: Conditions & { readonly value: F }): SubstituteDecorator<F, []>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export function Fallback<F extends Literal, A extends readonly any[]>(
  options: Conditions & { readonly call: SubstituteFunction<F, A> },
): SubstituteDecorator<F, A>;
export function Fallback(options: Conditions & { readonly use: FallbackSourceClass }): AsyncMethodDecorator;
export function Fallback(options: Conditions & { readonly chain: readonly FallbackRule[] }): AsyncMethodDecorator;
export function Fallback(several: readonly FallbackRule[]): AsyncMethodDecorator;
// biome-ignore lint/suspicious/noExplicitAny: as above
export function Fallback<F extends Literal, A extends readonly any[]>(
  substitute: SubstituteFunction<F, A>,
): SubstituteDecorator<F, A>;
export function Fallback(given: unknown): unknown {
  return declarePolicy(fallback, given, Fallback);
}
