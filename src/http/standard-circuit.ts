import type { CircuitBreakerOptions, Opening } from '../policies/circuit-breaker/index.js';

/** The longest that a server may have a client stay away by itself, in milliseconds. */
const longest = 600_000;

/** As long as usual, or until the server said to come back. */
function openFor({ retryAfter = 0 }: Opening): number {
  return Math.max(30_000, Math.min(retryAfter, longest));
}

/** A host is left alone once half of its answers are failures: a client sees all of its callers' requests, so that a rate says more than a row of failures. */
const standard: CircuitBreakerOptions = { failureRate: 0.5, window: '30s', minimumCalls: 20, openFor };

/** The circuit of a client: whoever says nothing about when it opens, or for how long, leaves that to us. */
export function circuitOptions(given: unknown): unknown {
  if (given === undefined) return standard;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  if ('failureThreshold' in given || 'failureRate' in given) return { openFor, ...given };
  return { ...standard, ...given };
}
