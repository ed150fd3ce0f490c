import { failed, type Outcome, slow, timedOut } from './outcome.js';
import type { Window } from './window.js';

/** How many equal parts a time window has: it moves on by one of them at a time. */
export const bucketCount = 10;

const fields = 5;

/** The results of the last so many milliseconds, in ten buckets on a grid that starts with the window. */
export class TimeWindow implements Window {
  calls = 0;
  failures = 0;
  slow = 0;
  timeouts = 0;
  ignored = 0;
  readonly #startedAt: number;
  readonly #width: number;
  readonly #buckets = new Uint32Array(bucketCount * fields);
  /** The number of the present bucket, counted from the start. */
  #present = 0;
  /** Where the present bucket lies. */
  #at = 0;
  /** When it ends. */
  #until: number;

  constructor(duration: number, now: number) {
    this.#width = duration / bucketCount;
    this.#startedAt = now;
    this.#until = now + this.#width;
  }

  add(outcome: Outcome, now: number): void {
    this.forward(now);
    this.calls++;
    this.#count(0);
    if (outcome & failed) this.failures += this.#count(1);
    if (outcome & slow) this.slow += this.#count(2);
    if (outcome & timedOut) this.timeouts += this.#count(3);
  }

  ignore(now: number): void {
    this.forward(now);
    this.ignored += this.#count(4);
  }

  forward(now: number): void {
    if (now >= this.#until) this.#moveTo(Math.floor((now - this.#startedAt) / this.#width));
  }

  #count(field: number): number {
    const at = this.#at + field;
    this.#buckets[at] = (this.#buckets[at] as number) + 1;
    return 1;
  }

  /** However long nothing happened, there are only ten buckets to empty. */
  #moveTo(bucket: number): void {
    const steps = Math.min(bucket - this.#present, bucketCount);
    for (let step = 1; step <= steps; step++) this.#empty(((this.#present + step) % bucketCount) * fields);
    this.#present = bucket;
    this.#until = this.#startedAt + (bucket + 1) * this.#width;
    this.#at = (bucket % bucketCount) * fields;
  }

  #empty(at: number): void {
    const left = this.#buckets.subarray(at, at + fields);
    const [calls, failures, slowCalls, timeouts, ignored] = left as unknown as [number, number, number, number, number];
    this.calls -= calls;
    this.failures -= failures;
    this.slow -= slowCalls;
    this.timeouts -= timeouts;
    this.ignored -= ignored;
    left.fill(0);
  }
}
