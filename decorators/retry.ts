import { type RetryOptions, retry } from '../src/policies/retry/index.js';
import { declarePolicy } from './declare-policy.js';
import type { Judging, JudgingMethodDecorator } from './method-types.js';

/**
 * Calls the method again after a failure, waiting longer each time. A number is short for `maxAttempts`.
 *
 * ```ts
 * @Retry({ maxAttempts: 5, except: ValidationError })
 * async charge(order: Order): Promise<Receipt> { … }
 * ```
 */
export function Retry<R = unknown>(options?: Judging<RetryOptions, R> | number): JudgingMethodDecorator<R> {
  return declarePolicy(retry, options, Retry) as JudgingMethodDecorator<R>;
}
