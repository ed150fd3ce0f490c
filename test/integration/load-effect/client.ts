import { RestClient } from '../../../src/http/index.js';
import { type GivenPolicies, type Protected, protect, Runtime } from '../../../src/runtime/index.js';

/** How long a caller waits for an answer, in milliseconds. */
export const patience = 2000;

/** What a client does besides waiting no longer than its callers do. */
export type Difference = Omit<GivenPolicies, 'timeout'>;

/** A protected client of one server, with the times at which it sent requests, and at which it was told that they are too many. */
export class Client implements AsyncDisposable {
  readonly call: Protected<(index: number) => Promise<unknown>>;
  readonly requests: number[] = [];
  readonly refusals: number[] = [];
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
    const message = (_index: number) => rest.get('/msg');
    this.#rest = rest;
    this.call = protect(message, { ...difference, timeout: { total: patience } }, { id: 'Client.message', runtime });
    runtime.events.on('http.requested', () => this.requests.push(performance.now()));
    runtime.events.on('http.answered', ({ status }) => {
      if (status === 429 || status === 503) this.refusals.push(performance.now());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rest.close();
    await this.#runtime.dispose();
  }
}
