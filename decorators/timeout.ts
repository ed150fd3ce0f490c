import { type TimeLimitOption, type TimeoutOptions, timeout } from '../src/policies/timeout/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Limits how long a call, and each of its attempts, may take. A duration, or a function that gives one, is short for `attempt`.
 *
 * ```ts
 * @Timeout({ attempt: '2s', total: '10s' })
 * async find(id: string): Promise<User> { … }
 * ```
 */
export function Timeout(options: TimeoutOptions | TimeLimitOption): AsyncMethodDecorator {
  return declarePolicy(timeout, options, Timeout);
}
