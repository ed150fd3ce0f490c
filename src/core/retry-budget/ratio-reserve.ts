import type { Reserve } from './reserve.js';

/** A share of the calls, and a floor. */
export interface RatioTerms {
  readonly ratio: number;
  readonly minPerSecond: number;
  /** Milliseconds for which a call counts. */
  readonly ttl: number;
}

const parts = 10;
const slots = parts + 1; // the present part is not over: with ten more, nothing younger than the ttl is forgotten
const rounding = 1e-9; // 0.29 × 100 is a little less than 29

/**
 * Grants a share of the calls of the last `ttl`, and some per second besides, as Finagle's RetryBudget does
 * (https://twitter.github.io/finagle/guide/Clients.html#retries).
 *
 * Within any `ttl`, no more is granted than `minPerSecond × ttl` and `ratio` of the calls of that time, counted in tenths of it and at most one
 * tenth more. Nothing moves while nobody calls: parts that are over are emptied when somebody looks.
 */
export class RatioReserve implements Reserve {
  readonly #terms: RatioTerms;
  readonly #part: number;
  readonly #floor: number;
  readonly #calls = new Float64Array(slots);
  readonly #granted = new Float64Array(slots);
  #present = 0;
  #until: number;

  constructor(terms: RatioTerms, now: number) {
    this.#terms = terms;
    this.#part = terms.ttl / parts;
    this.#floor = (terms.minPerSecond * terms.ttl) / 1000;
    this.#until = now + this.#part;
  }

  get summary(): string {
    const { ratio, minPerSecond, ttl } = this.#terms;
    return `${ratio} of the calls and ${minPerSecond} per second, over ${ttl} ms`;
  }

  begin(now: number): void {
    if (now >= this.#until) this.#turn(now);
    (this.#calls[this.#present] as number)++;
  }

  take(now: number): number | undefined {
    if (this.balance(now) + rounding < 1) return undefined;
    (this.#granted[this.#present] as number)++;
    return 1;
  }

  settle(): void {} // what a call has earned and an extra one has cost goes by time alone

  balance(now: number): number {
    if (now >= this.#until) this.#turn(now);
    let [calls, granted] = [0, 0];
    for (let slot = 0; slot < slots; slot++) {
      calls += this.#calls[slot] as number;
      granted += this.#granted[slot] as number;
    }
    return this.#floor + this.#terms.ratio * calls - granted;
  }

  #turn(now: number): void {
    const steps = Math.floor((now - this.#until) / this.#part) + 1;
    for (let step = 0; step < Math.min(steps, slots); step++) {
      this.#present = (this.#present + 1) % slots;
      this.#calls[this.#present] = 0;
      this.#granted[this.#present] = 0;
    }
    this.#until += steps * this.#part;
  }
}
