import { type HedgeOptions, hedge } from '../src/policies/hedge/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Starts a copy of a call that takes longer than most, and gives whichever answer comes first. Only for what may be done twice.
 *
 * ```ts
 * @Hedge({ idempotent: true, delay: { percentile: 0.95 } })
 * async price(item: string): Promise<Price> { … }
 * ```
 */
export function Hedge(options: HedgeOptions): AsyncMethodDecorator {
  return declarePolicy(hedge, options, Hedge);
}
