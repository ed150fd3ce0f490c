import type { AdaptiveLimit } from './adaptive-limit.js';
import type { Estimate } from './estimate.js';

/** Faster answers, in milliseconds, did not come from the callee, and say nothing about it. */
const shortest = 0.1;

/** Slower ones, in milliseconds, count as this, so that no sum grows beyond numbers. */
const longest = 2 ** 31;

/** Gathers what calls tell until a window is over, and lets an algorithm judge by the whole of it. It ends with a call: no timer runs. */
export class WindowedLimit implements AdaptiveLimit {
  readonly #estimate: Estimate;
  readonly #length: number;
  readonly #minSamples: number;
  #limit: number;
  #began: number | undefined;
  #samples = 0;
  #time = 0;
  #running = 0;
  #dropped = false;

  constructor(estimate: Estimate, { window, minSamples }: { readonly window: number; readonly minSamples: number }) {
    this.#estimate = estimate;
    this.#length = window;
    this.#minSamples = minSamples;
    this.#limit = Math.floor(estimate.value);
  }

  get limit(): number {
    return this.#limit;
  }

  sample(rtt: number, running: number, dropped: boolean, now: number): boolean {
    if (!dropped && !(rtt >= shortest)) return false;
    this.#add(rtt, running, dropped);
    this.#began ??= now;
    if (now - this.#began < this.#length || this.#samples < this.#minSamples) return false;
    this.#judge();
    this.#began = now;
    const before = this.#limit;
    this.#limit = Math.floor(this.#estimate.value);
    return this.#limit !== before;
  }

  #add(rtt: number, running: number, dropped: boolean): void {
    this.#samples++;
    this.#time += rtt >= shortest ? Math.min(rtt, longest) : shortest;
    this.#running = Math.max(this.#running, running);
    this.#dropped ||= dropped;
  }

  #judge(): void {
    this.#estimate.update(this.#time / this.#samples, this.#running, this.#dropped);
    this.#samples = 0;
    this.#time = 0;
    this.#running = 0;
    this.#dropped = false;
  }
}
