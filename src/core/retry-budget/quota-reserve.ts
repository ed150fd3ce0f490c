import { isTimeout } from '../timeouts.js';
import type { AttemptResult, Reserve } from './reserve.js';

/** A stock, and what an extra attempt costs. */
export interface QuotaTerms {
  readonly quota: number;
  readonly cost: number;
  readonly timeoutCost: number;
}

/**
 * Grants extra attempts from a stock that comes back by successes: what an attempt cost that succeeds, and 1 for a call that needed no second one;
 * as the retry quota of AWS's SDKs in their standard mode does (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 */
export class QuotaReserve implements Reserve {
  readonly #terms: QuotaTerms;
  #left: number;

  constructor(terms: QuotaTerms) {
    this.#terms = terms;
    this.#left = terms.quota;
  }

  get summary(): string {
    const { quota, cost, timeoutCost } = this.#terms;
    return `a quota of ${quota}, ${cost} for each and ${timeoutCost} after a timeout`;
  }

  begin(): void {} // nothing is earned before it has succeeded

  take(_now: number, error: unknown): number | undefined {
    const cost = isTimeout(error) ? this.#terms.timeoutCost : this.#terms.cost;
    if (this.#left < cost) return undefined;
    this.#left -= cost;
    return cost;
  }

  /** What says nothing about the callee costs nothing either: a wait that was cut short, a hedge that was outrun. */
  settle(result: AttemptResult, taken: number | undefined): void {
    if (result === 'failure') return;
    const back = taken ?? (result === 'success' ? 1 : 0);
    this.#left = Math.min(this.#terms.quota, this.#left + back);
  }

  balance(): number {
    return this.#left;
  }
}
