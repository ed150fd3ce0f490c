import CircuitBreaker from 'opossum';
import type { Call } from '../harness/question.js';

/**
 * opossum with all off that can be: percentiles, snapshots, and the timeout unless it is asked for. Its rolling window of
 * ten seconds cannot be turned off: it is the circuit.
 */
export function opossum(fn: Call, options: CircuitBreaker.Options): Call {
  const breaker = new CircuitBreaker(fn, {
    timeout: false,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    resetTimeout: 3_600_000,
    ...options,
  });
  return () => breaker.fire();
}
