import { type RetryOptions, retry } from '../src/policies/retry/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Calls the method again after a failure, waiting longer each time. A number is short for `maxAttempts`.
 *
 * ```ts
 * @Retry({ maxAttempts: 5, except: ValidationError })
 * async charge(order: Order): Promise<Receipt> { … }
 * ```
 */
export function Retry(options?: RetryOptions | number): AsyncMethodDecorator {
  return declarePolicy(retry, options, Retry);
}
