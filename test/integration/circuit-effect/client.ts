import { RestClient } from '../../../src/http/index.js';
import type { CircuitBreakerOptions } from '../../../src/policies/circuit-breaker/index.js';
import { type GivenPolicies, type Protected, protect, Runtime } from '../../../src/runtime/index.js';

/** How long a caller waits for an answer, in milliseconds. */
export const patience = 2000;

/** What a client may do otherwise than the usual one. */
export type Difference = Pick<CircuitBreakerOptions, 'maxWait' | 'rateOver'>;

/** A protected client of one supplier, with the times at which it sent requests. */
export class Client implements AsyncDisposable {
  readonly call: Protected<() => Promise<unknown>>;
  readonly requests: number[] = [];
  readonly #runtime = new Runtime();
  readonly #rest: RestClient;

  constructor(baseURL: string, difference: Difference) {
    const runtime = this.#runtime;
    const rest = new RestClient({
      baseURL,
      runtime,
      retry: false,
      circuitBreaker: false,
      pool: { size: Number.POSITIVE_INFINITY },
    });
    this.#rest = rest;
    this.call = protect(() => rest.get('/msg'), policies(difference), { id: 'Client.message', runtime });
    runtime.events.on('http.requested', () => this.requests.push(performance.now()));
  }

  /** How often its circuit has opened when it was closed. */
  get openings(): number {
    return this.#runtime.circuits.get('supplier').moves('closed', 'open');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rest.close();
    await this.#runtime.dispose();
  }
}

/** The usual client, but for the difference. An attempt has time for a slow answer and for a busy machine. */
function policies(difference: Difference): GivenPolicies {
  return {
    circuitBreaker: {
      ...{ name: 'supplier', failureRate: 0.7, window: 20 },
      ...{ openFor: '200ms', halfOpenCalls: 3, halfOpenFor: '700ms' },
      ...difference,
    },
    retry: { maxAttempts: 4, delay: '50ms', maxDelay: '400ms' },
    timeout: { attempt: '700ms', total: patience },
  };
}
