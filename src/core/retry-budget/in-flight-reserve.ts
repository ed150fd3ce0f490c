import type { AttemptResult, Reserve } from './reserve.js';

/** A share of what is under way, and a floor. */
export interface InFlightTerms {
  readonly inFlight: number;
  readonly min: number;
}

/**
 * Grants extra attempts while those under way are at most a share of all, or fewer than `min`, as Envoy's retry budget does
 * (https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto). One that waits for its backoff is under way.
 */
export class InFlightReserve implements Reserve {
  readonly #terms: InFlightTerms;
  #all = 0;
  #extra = 0;

  constructor(terms: InFlightTerms) {
    this.#terms = terms;
  }

  get summary(): string {
    const { inFlight, min } = this.#terms;
    return `${inFlight} of the attempts in flight, or fewer than ${min}`;
  }

  begin(): void {
    this.#all++;
  }

  take(): number | undefined {
    const { inFlight, min } = this.#terms;
    if (this.#extra > inFlight * this.#all && this.#extra >= min) return undefined;
    this.#all++;
    this.#extra++;
    return 1;
  }

  settle(_result: AttemptResult, taken: number | undefined): void {
    this.#all = Math.max(0, this.#all - 1); // what was under way before a change of options settles here as well
    if (taken !== undefined) this.#extra = Math.max(0, this.#extra - 1);
  }

  /** How many more would be granted now, one after the other. */
  balance(): number {
    const { inFlight, min } = this.#terms;
    if (inFlight === 1) return Number.POSITIVE_INFINITY;
    const spare = inFlight * this.#all - this.#extra;
    const byShare = spare < 0 ? 0 : Math.floor(spare / (1 - inFlight)) + 1; // each one granted makes a little room for another
    return Math.max(byShare, min - this.#extra);
  }
}
