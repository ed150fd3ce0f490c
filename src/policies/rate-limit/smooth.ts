import { type Hold, type LimitMeter, rounding, type Shape } from './meter.js';
import { TokenBucket } from './token-bucket.js';

/**
 * One permit appears every `per / limit`, on a grid that starts with the first use; unspent ones are kept up to `limit`, and it starts with one
 * (the "smooth window" of https://github.com/smallrye/smallrye-fault-tolerance/blob/main/doc/modules/ROOT/pages/reference/rate-limit.adoc).
 *
 * It is a token bucket whose time goes by the ticks of the grid: one permit per tick.
 */
export class Smooth implements LimitMeter {
  readonly stepwise = true;
  #shape: Shape;
  readonly #bucket: TokenBucket;
  /** When the grid starts; undefined before the first use. */
  #start: number | undefined = undefined;

  constructor(shape: Shape, bucket: TokenBucket = new TokenBucket(byTheTick(shape))) {
    this.#shape = shape;
    this.#bucket = bucket;
  }

  get capacity(): number {
    return this.#shape.limit;
  }

  fits(weight: number, now: number): boolean {
    return this.#bucket.fits(weight, this.#begin(now));
  }

  take(weight: number, now: number): boolean {
    return this.#bucket.take(weight, this.#begin(now));
  }

  readyAt(weight: number, now: number): number {
    if (this.#start === undefined) return this.#begun(now).readyAt(weight, now);
    const present = this.#tickAt(now);
    const tick = Math.ceil(this.#bucket.readyAt(weight, present) - rounding);
    return tick <= present ? now : this.#timeOf(tick);
  }

  /** Whoever is ahead has to wait for a tick, so that fractions do not simply add up. */
  readyBehind(): undefined {
    return undefined;
  }

  slip(due: number, now: number): number {
    return this.#bucket.slip(this.#tickAt(due), this.#tickAt(now)) > 0 ? Number.POSITIVE_INFINITY : 0;
  }

  available(now: number): number {
    return this.#start === undefined ? 1 : this.#bucket.available(this.#tickAt(now));
  }

  /** Before its first use, or with all permits that it can keep. */
  atRest(now: number): boolean {
    return this.#start === undefined || this.#bucket.atRest(this.#tickAt(now));
  }

  keep(permits: number, now: number): void {
    this.#bucket.keep(permits, this.#begin(now));
  }

  /** The permits that are there stay, as far as the new limit has room for them; the new grid starts at the last tick of the old one. */
  change(shape: Shape, now: number): void {
    const last = this.#start === undefined ? 0 : this.#tickAt(now);
    if (this.#start !== undefined) this.#start = this.#timeOf(last);
    this.#shape = shape;
    this.#bucket.change(byTheTick(shape), last);
    if (this.#start !== undefined) this.#bucket.shift(this.#tickAt(now) - last); // ticks of the new grid that are past bring nothing
  }

  hold(weight: number, now: number): Hold {
    const hold = this.#bucket.hold(weight, this.#begin(now));
    return { spend: () => hold.spend(), giveBack: (now) => hold.giveBack(this.#tickAt(now)) };
  }

  copy(): Smooth {
    const copy = new Smooth(this.#shape, this.#bucket.copy());
    copy.#start = this.#start;
    return copy;
  }

  /** The present tick; the first use is tick 0, with one permit. */
  #begin(now: number): number {
    if (this.#start === undefined) {
      this.#start = now;
      this.#bucket.keep(1, 0);
    }
    return this.#tickAt(now);
  }

  #begun(now: number): Smooth {
    const copy = this.copy();
    copy.#begin(now);
    return copy;
  }

  /** The last tick up to now, by the very times that `timeOf` gives. */
  #tickAt(now: number): number {
    const { limit, per } = this.#shape;
    const tick = Math.floor(((now - (this.#start ?? now) + rounding) * limit) / per);
    if (this.#timeOf(tick + 1) <= now + rounding) return tick + 1;
    return this.#timeOf(tick) <= now + rounding ? tick : tick - 1;
  }

  #timeOf(tick: number): number {
    return (this.#start ?? 0) + (tick * this.#shape.per) / this.#shape.limit;
  }
}

const known = new WeakMap<Shape, Shape>();

/** The shape of the bucket; one object for all limiters of one shape, such as those of many keys. */
function byTheTick(shape: Shape): Shape {
  const shared = known.get(shape) ?? { limit: 1, per: 1, burst: shape.limit };
  known.set(shape, shared);
  return shared;
}
