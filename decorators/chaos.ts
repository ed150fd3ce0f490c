import { type ChaosFunction, type ChaosOptions, chaos } from '../src/policies/chaos/index.js';
import { declarePolicy } from './declare-policy.js';
import type { Literal, SubstituteDecorator } from './fallback-decorator.js';

/** The options, with a result that the method could have answered itself; an attempt fails or answers, not both. */
type OptionsWithResult<R> = Omit<ChaosOptions, 'fault' | 'result'> &
  (
    | (Pick<ChaosOptions, 'fault'> & { readonly result?: never })
    | { readonly fault?: never; readonly result: R | ChaosFunction<R | PromiseLike<R>> }
  );

/**
 * Injects errors, waits, answers or behavior into a share of the attempts, as if the method had shown them: to see how the policies around it,
 * and whoever calls it, cope. Does nothing unless `enabled`.
 *
 * ```ts
 * @Chaos({ enabled: process.env.CHAOS === 'on', rate: 0.01, latency: ['100ms', '2s'], fault: ServiceUnavailable })
 * async charge(order: Order): Promise<Receipt> { … }
 * ```
 */
export function Chaos<R extends Literal = never>(options: OptionsWithResult<R>): SubstituteDecorator<R, []> {
  return declarePolicy(chaos, options, Chaos);
}
