import { type Hold, type Meter, rounding } from './meter.js';

/** How much slower, and with how much less, one begins that is cold. */
const coldFactor = 3;

/**
 * Gives permits slowly at first, for a callee that has to warm up: cold, a meter has a third of its capacity, and its time runs at a third of the
 * speed, rising evenly to the full one over `warmUp`. It is cold when it starts, and when it has been at rest for as long as that.
 *
 * Since its time runs never faster than that of the world, it keeps the promise of the meter inside. The factor of three is that of Guava's
 * `RateLimiter` (SmoothWarmingUp) and of Sentinel's warm-up.
 */
export class WarmingUp implements Meter {
  #inner: Meter;
  readonly #warmUp: number;
  /** When it was cold for the last time, in the world's time and in its own. */
  #coldAt = 0;
  #ownColdAt = 0;
  /** When all permits are back, unless more are taken. */
  #restAt = Number.NEGATIVE_INFINITY;

  constructor(inner: Meter, warmUp: number) {
    this.#inner = inner;
    this.#warmUp = warmUp;
  }

  get stepwise(): boolean {
    return this.#inner.stepwise;
  }

  get capacity(): number {
    return this.#inner.capacity;
  }

  fits(weight: number, now: number, since = now): boolean {
    if (this.#isCold(since)) this.#coolDown(now);
    return this.#inner.fits(weight, this.#ownTime(now));
  }

  take(weight: number, now: number, since = now): boolean {
    if (this.#isCold(since)) this.#coolDown(now);
    const taken = this.#inner.take(weight, this.#ownTime(now));
    if (taken) this.#foreseeRest(now);
    return taken;
  }

  readyAt(weight: number, now: number, since = now): number {
    if (this.#isCold(since)) return this.#cooledDown(now).readyAt(weight, now);
    return this.#fromOwn(this.#inner.readyAt(weight, this.#ownTime(now)), now);
  }

  readyBehind(sum: number, weight: number, now: number): number | undefined {
    const ready = this.#inner.readyBehind(sum, weight, this.#ownTime(now));
    return ready === undefined ? undefined : this.#fromOwn(ready, now);
  }

  /** What is lost while its own clock goes slowly takes no longer to come back than that. */
  slip(due: number, now: number): number {
    return coldFactor * this.#inner.slip(this.#ownTime(due), this.#ownTime(now));
  }

  available(now: number): number {
    if (this.#isCold(now)) return this.#cooledDown(now).available(now);
    return this.#inner.available(this.#ownTime(now));
  }

  atRest(now: number): boolean {
    return this.#inner.atRest(this.#ownTime(now));
  }

  keep(permits: number, now: number): void {
    if (this.#isCold(now)) this.#coolDown(now);
    this.#inner.keep(permits, this.#ownTime(now));
    this.#foreseeRest(now);
  }

  hold(weight: number, now: number): Hold {
    const hold = this.#inner.hold(weight, this.#ownTime(now));
    const giveBack = (now: number) => {
      hold.giveBack(this.#ownTime(now));
      this.#foreseeRest(now);
    };
    return { spend: () => hold.spend(), giveBack };
  }

  /** Goes on with another meter inside, as warm as before; `change` is told the time inside. */
  change(change: (inner: Meter, now: number) => Meter, now: number): void {
    const isCold = this.#isCold(now);
    this.#inner = change(this.#inner, this.#ownTime(now));
    if (!isCold) this.#foreseeRest(now);
  }

  copy(): WarmingUp {
    const copy = new WarmingUp(this.#inner.copy(), this.#warmUp);
    copy.#coldAt = this.#coldAt;
    copy.#ownColdAt = this.#ownColdAt;
    copy.#restAt = this.#restAt;
    return copy;
  }

  /** Nobody has waited, and nothing was missing, for as long as it takes to warm up. */
  #isCold(now: number): boolean {
    return now >= this.#restAt + this.#warmUp;
  }

  #coolDown(now: number): void {
    const own = this.#ownTime(now);
    this.#coldAt = now;
    this.#ownColdAt = own;
    this.#inner.keep(Math.max(1, this.capacity / coldFactor), own);
    this.#foreseeRest(now);
  }

  #cooledDown(now: number): WarmingUp {
    const copy = this.copy();
    copy.#coolDown(now);
    return copy;
  }

  #foreseeRest(now: number): void {
    this.#restAt = this.#worldTime(this.#inner.readyAt(this.capacity, this.#ownTime(now)));
  }

  /** When in the world its own clock shows that, from `now` on. */
  #fromOwn(ready: number, now: number): number {
    return ready <= this.#ownTime(now) + rounding ? now : Math.max(now, this.#worldTime(ready));
  }

  /** What its own clock shows: the sum of its speed since it was cold. */
  #ownTime(now: number): number {
    const since = Math.max(0, now - this.#coldAt);
    const rising = Math.min(since, this.#warmUp);
    const gained = rising / coldFactor + (rising * rising * (1 - 1 / coldFactor)) / (2 * this.#warmUp);
    return this.#ownColdAt + gained + (since - rising);
  }

  /** When its own clock will show that: the inverse, in the form that loses no digits. */
  #worldTime(own: number): number {
    const gained = Math.max(0, own - this.#ownColdAt);
    const whole = (this.#warmUp * (1 + 1 / coldFactor)) / 2;
    if (gained > whole) return this.#coldAt + this.#warmUp + (gained - whole);
    const slope = this.#warmUp / coldFactor;
    const root = Math.sqrt(slope * slope + 2 * this.#warmUp * (1 - 1 / coldFactor) * gained);
    return this.#coldAt + (2 * this.#warmUp * gained) / (slope + root);
  }
}
