import { type Hold, type Meter, rounding, type Shape } from './meter.js';

/** `limit` permits in each period, all at its start; the first period starts with the first use, and what is left at its end is lost. */
export class FixedWindow implements Meter {
  #shape: Shape;
  #left: number;
  #end = Number.NEGATIVE_INFINITY;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#left = shape.limit;
  }

  get capacity(): number {
    return this.#shape.limit;
  }

  take(weight: number, now: number): boolean {
    if (this.#isOver(now)) {
      this.#end = this.#endOf(now);
      this.#left = this.#shape.limit;
    }
    if (Math.min(weight, this.#shape.limit) > this.#left) return false;
    this.#left -= weight;
    return true;
  }

  readyAt(weight: number, now: number, ahead: Iterable<number> = []): number {
    const { limit, per } = this.#shape;
    let [at, end, left] = [now, this.#endOf(now), this.#isOver(now) ? limit : this.#left];
    const pass = (next: number) => {
      const need = Math.min(next, limit);
      if (need > left) [at, end, left] = [end, end + per, limit];
      left -= need;
    };
    for (const next of ahead) pass(next);
    pass(weight);
    return at;
  }

  available(now: number): number {
    return Math.max(0, Math.floor(this.#isOver(now) ? this.#shape.limit : this.#left));
  }

  keep(permits: number, now: number): void {
    const left = this.#isOver(now) ? this.#shape.limit : this.#left;
    this.#end = this.#endOf(now);
    this.#left = Math.min(left, permits);
  }

  /** The present period ends as it was begun, with the permits that it has left. */
  change(shape: Shape, now: number): void {
    if (!this.#isOver(now)) this.#left = Math.min(this.#left, shape.limit);
    this.#shape = shape;
  }

  hold(weight: number): Hold {
    const taken = this.#end;
    const giveBack = (now: number) => {
      if (taken === this.#end && !this.#isOver(now)) this.#left += weight;
    };
    return { spend: nothing, giveBack };
  }

  #isOver(now: number): boolean {
    return now >= this.#end - rounding;
  }

  /** The end of the period that `now` lies in. */
  #endOf(now: number): number {
    const { per } = this.#shape;
    if (!this.#isOver(now)) return this.#end;
    if (this.#end === Number.NEGATIVE_INFINITY) return now + per;
    return this.#end + per * (1 + Math.floor((now - this.#end + rounding) / per));
  }
}

function nothing(): void {} // a period that is over takes its count along: there is nothing to forget
