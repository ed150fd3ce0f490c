import { type CircuitBreakerOptions, circuitBreaker } from '../src/policies/circuit-breaker/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Stops calling a callee that keeps failing, and tries again after a while with a few calls. A name is short for the circuit of that name.
 *
 * ```ts
 * @CircuitBreaker({ name: 'github', failureRate: 0.5, window: '30s' })
 * async repo(name: string): Promise<Repo> { … }
 * ```
 */
export function CircuitBreaker(options?: CircuitBreakerOptions | string): AsyncMethodDecorator {
  return declarePolicy(circuitBreaker, options, CircuitBreaker);
}
