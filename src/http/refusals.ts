import { isRejected, ResilienceError, TimeoutError } from '../core/index.js';
import { BulkheadTimeoutError } from '../policies/bulkhead/index.js';
import { CircuitOpenError } from '../policies/circuit-breaker/index.js';
import { HttpClientError, noteFacts, PoolTimeoutError, type RequestFacts } from './errors/index.js';

/**
 * What a client's own policies have to say, in the words of the client: the same errors, which know now which request they are about. Only the wait
 * for a connection has an error of its own.
 */
export function describeRefusal(error: unknown, facts: RequestFacts): unknown {
  if (!(error instanceof ResilienceError) || error instanceof HttpClientError || !isOwn(error, facts)) return error;
  if (error instanceof BulkheadTimeoutError) return new PoolTimeoutError(facts, error.after, error);
  if (error instanceof CircuitOpenError) noteFacts(error, facts, 'circuitOpen');
  else if (isRejected(error)) noteFacts(error, facts, 'rateLimit');
  else if (error instanceof TimeoutError) noteFacts(error, facts, 'timeout');
  return error;
}

/** Raised by the client's own policies, and not by what else is protected: middleware, say, that calls somebody. */
function isOwn({ site }: ResilienceError, { service }: RequestFacts): boolean {
  return site.startsWith(service) && /^(?:[.#]|$)/.test(site.slice(service.length));
}
