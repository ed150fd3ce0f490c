import { type AdaptiveThrottleOptions, adaptiveThrottle } from '../src/policies/adaptive-throttle/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Sends a callee that is overloaded about twice as much as it accepts, and no more: as more calls fail, a larger share of them is refused at once. A name is short for
 * the throttle of that name. Stands in the place of a circuit, never beside one.
 *
 * ```ts
 * @AdaptiveThrottle({ name: 'search', successThreshold: 0.8, window: '30s' })
 * async find(text: string): Promise<Hit[]> { … }
 * ```
 */
export function AdaptiveThrottle(options?: AdaptiveThrottleOptions | string): AsyncMethodDecorator {
  return declarePolicy(adaptiveThrottle, options, AdaptiveThrottle);
}
