import { type CircuitBreakerOptions, circuitBreaker } from '../src/policies/circuit-breaker/index.js';
import { declarePolicy } from './declare-policy.js';
import type { Judging, JudgingMethodDecorator } from './method-types.js';

/**
 * Stops calling a callee that keeps failing, and tries again after a while with a few calls. A name is short for the circuit of that name.
 *
 * ```ts
 * @CircuitBreaker({ name: 'github', failureRate: 0.5, window: '30s' })
 * async repo(name: string): Promise<Repo> { … }
 * ```
 */
export function CircuitBreaker<R = unknown>(
  options?: Judging<CircuitBreakerOptions, R> | string,
): JudgingMethodDecorator<R> {
  return declarePolicy(circuitBreaker, options, CircuitBreaker) as JudgingMethodDecorator<R>;
}
