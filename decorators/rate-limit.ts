import { type RateLimitOptions, rateLimit } from '../src/policies/rate-limit/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Lets no more calls through than the callee grants; the others wait a while, or are refused. A name is short for the limiter of that name.
 *
 * ```ts
 * @RateLimit({ limit: 10, per: '1s', maxWait: '500ms' })
 * async search(text: string): Promise<Hit[]> { … }
 * ```
 */
export function RateLimit(options: RateLimitOptions | string): AsyncMethodDecorator {
  return declarePolicy(rateLimit, options, RateLimit);
}
