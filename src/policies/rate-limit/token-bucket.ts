import { type Ahead, crumb, type Hold, type LimitMeter, rounding, type Shape } from './meter.js';

/**
 * A bucket that holds `burst` permits and regains `limit` of them `per` period, evenly.
 *
 * Its whole state is the moment at which it will be full: a permit taken moves that moment away by the time in which one comes back
 * (the "theoretical arrival time" of https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
 */
export class TokenBucket implements LimitMeter {
  #terms: Terms;
  #fullAt = Number.NEGATIVE_INFINITY;
  /** The oldest first; so the least that was missing since is more and more from one to the next. */
  #holds: BucketHold[] | undefined = undefined;

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
    if (this.#holds !== undefined) this.#sawMissing(from - now);
    this.#fullAt = from + weight * interval;
    return true;
  }

  readyAt(weight: number, now: number, ahead?: Ahead): number {
    const { burst, interval, fill } = this.#terms;
    const before = ahead === undefined ? 0 : ahead.weight;
    return now + Math.max(0, this.#missing(now) + (before + Math.min(weight, burst)) * interval - fill);
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
    const hold = new BucketHold(this, weight * this.#terms.interval, this.#missing(now));
    this.#holds ??= [];
    this.#holds.push(hold);
    return hold;
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
    const place = this.#placeOf(hold);
    if (place >= 0) this.#holds?.splice(place, 1);
    if (this.#holds?.length === 0) this.#holds = undefined;
  }

  /** Puts the bucket into the state in which it would be without a hold: less was missing ever since, for the other holds too. */
  putBack(hold: BucketHold, now: number): void {
    const place = this.#placeOf(hold);
    if (place < 0) return;
    this.#sawMissing(this.#missing(now));
    const worth = Math.min(hold.time, hold.least);
    for (const [i, other] of (this.#holds ?? []).entries()) {
      if (i > place) other.least -= worth;
      if (i < place) other.least = Math.min(other.least, hold.least - worth);
    }
    this.#fullAt -= worth;
    this.forget(hold);
  }

  /** The time that the bucket needs to be full again. */
  #missing(now: number): number {
    return Math.max(0, this.#fullAt - now);
  }

  #sawMissing(time: number): void {
    const holds = this.#holds ?? [];
    for (let i = holds.length - 1; i >= 0; i--) {
      const hold = holds[i] as BucketHold;
      if (hold.least <= time) return;
      hold.least = time;
    }
  }

  #placeOf(hold: BucketHold): number {
    return this.#holds === undefined ? -1 : this.#holds.indexOf(hold);
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

/**
 * What a hold took is missing only until the bucket has been full: from then on nothing would be different without it. So it is worth no more
 * than the least that was ever missing since.
 */
class BucketHold implements Hold {
  readonly time: number;
  least: number;
  readonly #bucket: TokenBucket;

  constructor(bucket: TokenBucket, time: number, missing: number) {
    this.#bucket = bucket;
    this.time = time;
    this.least = missing;
  }

  spend(): void {
    this.#bucket.forget(this);
  }

  giveBack(now: number): void {
    this.#bucket.putBack(this, now);
  }
}
