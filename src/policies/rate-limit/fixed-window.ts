import { crumb, type Hold, type LimitMeter, rounding, type Shape } from './meter.js';

/** `limit` permits in each period, all at its start; the first period starts with the first use, and what is left at its end is lost. */
export class FixedWindow implements LimitMeter {
  readonly stepwise = true;
  #shape: Shape;
  #left: number;
  #end = Number.NEGATIVE_INFINITY;
  /** How often permits were taken away. */
  #keeps = 0;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#left = shape.limit;
  }

  get capacity(): number {
    return this.#shape.limit;
  }

  fits(weight: number, now: number): boolean {
    return Math.min(weight, this.#shape.limit) <= this.#leftAt(now) + crumb;
  }

  take(weight: number, now: number): boolean {
    if (!this.fits(weight, now)) return false;
    this.#turn(now);
    this.#left -= weight;
    return true;
  }

  readyAt(weight: number, now: number): number {
    return this.fits(weight, now) ? now : this.#end;
  }

  /** In how many periods those ahead fit depends on each of them. */
  readyBehind(): undefined {
    return undefined;
  }

  /** Within a period it does not matter when. */
  slip(due: number, now: number): number {
    return this.#periodOf(due) === this.#periodOf(now) ? 0 : Number.POSITIVE_INFINITY;
  }

  available(now: number): number {
    return Math.max(0, Math.floor(this.#leftAt(now) + crumb));
  }

  atRest(now: number): boolean {
    return this.#leftAt(now) + crumb >= this.#shape.limit;
  }

  keep(permits: number, now: number): void {
    this.#turn(now);
    this.#left = Math.min(this.#left, permits);
    this.#keeps++;
  }

  /** The present period ends as it was begun, with the permits that it has left. */
  change(shape: Shape, now: number): void {
    if (!this.#isOver(now)) this.#left = Math.min(this.#left, shape.limit);
    this.#shape = shape;
  }

  hold(weight: number): Hold {
    const [end, keeps] = [this.#end, this.#keeps];
    const giveBack = (now: number) => {
      if (end !== this.#end || keeps !== this.#keeps || this.#isOver(now)) return;
      this.#left = Math.min(this.#shape.limit, this.#left + weight);
    };
    return { spend: nothing, giveBack };
  }

  copy(): FixedWindow {
    const copy = new FixedWindow(this.#shape);
    copy.#left = this.#left;
    copy.#end = this.#end;
    return copy;
  }

  #leftAt(now: number): number {
    return this.#isOver(now) ? this.#shape.limit : this.#left;
  }

  /** Periods are counted from the end of the present one, whose length may be that of earlier terms. */
  #periodOf(time: number): number {
    return Math.max(-1, Math.floor((time - this.#end + rounding) / this.#shape.per));
  }

  #isOver(now: number): boolean {
    return this.#end <= now + rounding;
  }

  /** Begins the period that `now` lies in, if it has not begun yet. */
  #turn(now: number): void {
    if (!this.#isOver(now)) return;
    const { limit, per } = this.#shape;
    const grid = this.#end === Number.NEGATIVE_INFINITY ? now : this.#end;
    this.#end = grid + per * (1 + Math.floor((now - grid + rounding) / per));
    if (this.#isOver(now)) this.#end += per; // the sum fell a fraction short
    this.#left = limit;
  }
}

function nothing(): void {} // a period that is over takes its count along: there is nothing to forget
