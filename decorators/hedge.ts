import { type HedgeOptions, hedge } from '../src/policies/hedge/index.js';
import { declarePolicy } from './declare-policy.js';
import type { Judging, JudgingMethodDecorator } from './method-types.js';

/**
 * Starts a copy of a call that takes longer than most, and gives whichever answer comes first. Only for what may be done twice.
 *
 * ```ts
 * @Hedge({ idempotent: true, delay: { percentile: 0.95 } })
 * async price(item: string): Promise<Price> { … }
 * ```
 */
export function Hedge<R = unknown>(options: Judging<HedgeOptions, R>): JudgingMethodDecorator<R> {
  return declarePolicy(hedge, options, Hedge) as JudgingMethodDecorator<R>;
}
