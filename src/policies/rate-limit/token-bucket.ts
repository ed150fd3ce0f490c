import { type BucketHold, BucketHolds } from './bucket-holds.js';
import { crumb, type Hold, type LimitMeter, rounding, type Shape } from './meter.js';

/**
 * A bucket that holds `burst` permits and regains `limit` of them `per` period, evenly.
 *
 * Its whole state is the moment at which it will be full: a permit taken moves that moment away by the time in which one comes back
 * (the "theoretical arrival time" of https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
 */
export class TokenBucket implements LimitMeter {
  readonly stepwise = false;
  #terms: Terms;
  #fullAt = Number.NEGATIVE_INFINITY;
  /** What is on hold; undefined where nothing is. */
  #holds: BucketHolds | undefined = undefined;

  constructor(shape: Shape) {
    this.#terms = termsOf(shape);
  }

  get capacity(): number {
    return this.#terms.burst;
  }

  fits(weight: number, now: number): boolean {
    const { burst, interval, fill } = this.#terms;
    return this.#missing(now) + Math.min(weight, burst) * interval <= fill + rounding;
  }

  take(weight: number, now: number): boolean {
    const { burst, interval, fill } = this.#terms;
    const from = Math.max(this.#fullAt, now);
    if (from - now + Math.min(weight, burst) * interval > fill + rounding) return false;
    this.#holds?.sawMissing(from - now);
    this.#fullAt = from + weight * interval;
    return true;
  }

  readyAt(weight: number, now: number): number {
    return this.readyBehind(0, weight, now);
  }

  readyBehind(sum: number, weight: number, now: number): number {
    const { burst, interval, fill } = this.#terms;
    return now + Math.max(0, this.#missing(now) + (sum + Math.min(weight, burst)) * interval - fill);
  }

  /** It only loses what comes back while it is full. */
  slip(due: number, now: number): number {
    return now <= this.#fullAt + rounding ? 0 : now - due;
  }

  available(now: number): number {
    const { burst, interval, fill } = this.#terms;
    const permits = Math.floor((fill - this.#missing(now) + rounding) / interval + crumb);
    return Math.max(0, Math.min(burst, permits));
  }

  atRest(now: number): boolean {
    return this.#fullAt <= now + rounding;
  }

  keep(permits: number, now: number): void {
    const { interval, fill } = this.#terms;
    this.#fullAt = Math.max(this.#fullAt, now + fill - permits * interval);
    this.#holds = undefined;
  }

  /** The permits that are there stay, as far as the new burst has room for them. */
  change(shape: Shape, now: number): void {
    const permits = (this.#terms.fill - this.#missing(now)) / this.#terms.interval;
    this.#terms = termsOf(shape);
    this.#fullAt = now + this.#terms.fill - Math.min(permits, shape.burst) * this.#terms.interval;
    this.#holds = undefined; // what was taken under other terms is not given back under these
  }

  hold(weight: number, now: number): Hold {
    this.#holds ??= new BucketHolds();
    return this.#holds.add(this, weight * this.#terms.interval, this.#missing(now));
  }

  copy(): TokenBucket {
    const copy = new TokenBucket(this.#terms.shape);
    copy.#fullAt = this.#fullAt;
    return copy;
  }

  /** Goes on as if it had been that many milliseconds later, or earlier, all along. */
  shift(by: number): void {
    this.#fullAt += by;
  }

  forget(hold: BucketHold): void {
    this.#holds?.remove(hold);
    if (this.#holds?.size === 0) this.#holds = undefined;
  }

  /** Puts the bucket into the state in which it would be without a hold. */
  putBack(hold: BucketHold, now: number): void {
    this.#holds?.sawMissing(this.#missing(now));
    this.#fullAt -= this.#holds?.giveBack(hold) ?? 0;
    if (this.#holds?.size === 0) this.#holds = undefined;
  }

  /** The time that the bucket needs to be full again. */
  #missing(now: number): number {
    return Math.max(0, this.#fullAt - now);
  }
}

interface Terms {
  readonly shape: Shape;
  readonly burst: number;
  /** Milliseconds in which one permit comes back. */
  readonly interval: number;
  /** Milliseconds in which all do. */
  readonly fill: number;
}

const known = new WeakMap<Shape, Terms>();

/** Buckets of one shape, such as those of many keys, share their terms. */
function termsOf(shape: Shape): Terms {
  const shared = known.get(shape);
  if (shared) return shared;
  const interval = shape.per / shape.limit;
  const terms = { shape, burst: shape.burst, interval, fill: shape.burst * interval };
  known.set(shape, terms);
  return terms;
}
