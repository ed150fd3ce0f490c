import type { SharedLimit } from '../../core/index.js';

/** Counts the permits of one limit. */
export interface MemoryMeter {
  /** Milliseconds until so many are there. */
  wait(weight: number, now: number): number;
  /** Takes them, though they may not be there; the mark tells which they were. */
  take(weight: number, now: number): number;
  giveBack(taken: Taken, now: number): void;
  /** Whole permits that are there. */
  left(now: number): number;
  /** From then on nothing is missing. */
  readonly until: number;
}

/** What was taken once. */
export interface Taken {
  readonly weight: number;
  readonly at: number;
  readonly mark: number;
}

/** Milliseconds and permits by which sums of fractions may miss each other. */
const crumb = 1e-6;

const meters = {
  'token-bucket': (terms: SharedLimit): MemoryMeter => new Bucket(terms),
  'sliding-window': (terms: SharedLimit): MemoryMeter => new Sliding(terms),
  'fixed-window': (terms: SharedLimit): MemoryMeter => new Fixed(terms),
};

export function meterOf(terms: SharedLimit): MemoryMeter {
  return meters[terms.algorithm](terms);
}

/** A bucket, by the moment at which it will be full. */
class Bucket implements MemoryMeter {
  until = Number.NEGATIVE_INFINITY;
  readonly #interval: number;
  readonly #burst: number;

  constructor({ limit, per, burst = limit }: SharedLimit) {
    this.#interval = per / limit;
    this.#burst = burst;
  }

  wait(weight: number, now: number): number {
    if (weight > this.#burst) return Number.POSITIVE_INFINITY;
    return rounded(this.#missing(now) + (weight - this.#burst) * this.#interval);
  }

  take(weight: number, now: number): number {
    this.until = now + this.#missing(now) + weight * this.#interval;
    return 0;
  }

  /** What time may have brought back already stays: the bucket may have been full meanwhile. */
  giveBack({ weight, at }: Taken, now: number): void {
    this.until -= Math.max(0, weight * this.#interval - (now - at));
  }

  left(now: number): number {
    return Math.floor(this.#burst - this.#missing(now) / this.#interval + crumb);
  }

  #missing(now: number): number {
    return Math.max(0, this.until - now);
  }
}

/** A log of what was taken, in parts of a hundredth of the period. */
class Sliding implements MemoryMeter {
  readonly #limit: number;
  readonly #per: number;
  #log: { readonly begun: number; last: number; weight: number }[] = [];

  constructor({ limit, per }: SharedLimit) {
    this.#limit = limit;
    this.#per = per;
  }

  get until(): number {
    return (this.#log.at(-1)?.last ?? Number.NEGATIVE_INFINITY) + this.#per;
  }

  wait(weight: number, now: number): number {
    if (weight > this.#limit) return Number.POSITIVE_INFINITY;
    let over = this.#taken(now) + weight - this.#limit;
    for (const { last, weight: freed } of this.#log) {
      if (over <= crumb) return 0;
      over -= freed;
      if (over <= crumb) return last + this.#per - now;
    }
    return 0;
  }

  take(weight: number, now: number): number {
    const newest = this.#log.at(-1);
    if (newest === undefined || now - newest.begun >= this.#per / 100) {
      this.#log.push({ begun: now, last: now, weight });
      return now;
    }
    newest.last = now;
    newest.weight += weight;
    return newest.begun;
  }

  giveBack({ weight, mark }: Taken): void {
    const entry = this.#log.find(({ begun }) => begun === mark);
    if (entry) entry.weight = Math.max(0, entry.weight - weight);
  }

  left(now: number): number {
    return Math.floor(this.#limit - this.#taken(now) + crumb);
  }

  #taken(now: number): number {
    this.#log = this.#log.filter(({ last }) => last + this.#per > now);
    return this.#log.reduce((sum, { weight }) => sum + weight, 0);
  }
}

/** A count that ends with its period. */
class Fixed implements MemoryMeter {
  until = Number.NEGATIVE_INFINITY;
  readonly #limit: number;
  readonly #per: number;
  #taken = 0;

  constructor({ limit, per }: SharedLimit) {
    this.#limit = limit;
    this.#per = per;
  }

  wait(weight: number, now: number): number {
    if (weight > this.#limit) return Number.POSITIVE_INFINITY;
    if (now >= this.until) return 0;
    return this.#taken + weight <= this.#limit + crumb ? 0 : this.until - now;
  }

  take(weight: number, now: number): number {
    if (now >= this.until) [this.until, this.#taken] = [now + this.#per, 0];
    this.#taken += weight;
    return this.until;
  }

  giveBack({ weight, mark }: Taken): void {
    if (mark === this.until) this.#taken = Math.max(0, this.#taken - weight);
  }

  left(now: number): number {
    return now >= this.until ? this.#limit : Math.floor(this.#limit - this.#taken + crumb);
  }
}

function rounded(wait: number): number {
  return wait <= crumb ? 0 : wait;
}
