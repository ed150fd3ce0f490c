import { type Hold, type Meter, rounding } from './meter.js';

/** Several limits at once: a permit is one of each of them, and there is none where one of them has none. */
export class Combined implements Meter {
  readonly meters: readonly Meter[];

  constructor(meters: readonly Meter[]) {
    this.meters = meters;
  }

  get stepwise(): boolean {
    return this.meters.some(({ stepwise }) => stepwise);
  }

  get capacity(): number {
    return Math.min(...this.meters.map(({ capacity }) => capacity));
  }

  fits(weight: number, now: number, since = now): boolean {
    let fits = true;
    for (const meter of this.meters) if (!meter.fits(weight, now, since)) fits = false; // all are asked: for each it is a use
    return fits;
  }

  take(weight: number, now: number, since = now): boolean {
    if (!this.fits(weight, now, since)) return false;
    for (const meter of this.meters) meter.take(weight, now, since);
    return true;
  }

  /** Mostly the moment when the last of them has its permits; but then another may not have them yet. */
  readyAt(weight: number, now: number, since = now): number {
    const first = this.#allReadyAt(weight, now, since);
    const second = this.#allReadyAt(weight, first, since);
    return second <= first + rounding ? second : this.copy().#firstFit(weight, now, since);
  }

  /** Which of them those ahead wait for depends on each. */
  readyBehind(): undefined {
    return undefined;
  }

  /** What comes a little later in one of them may miss a step of another. */
  slip(due: number, now: number): number {
    const slip = Math.max(...this.meters.map((meter) => meter.slip(due, now)));
    return slip > 0 && this.stepwise ? Number.POSITIVE_INFINITY : slip;
  }

  available(now: number): number {
    return Math.min(...this.meters.map((meter) => meter.available(now)));
  }

  atRest(now: number): boolean {
    return this.meters.every((meter) => meter.atRest(now));
  }

  keep(permits: number, now: number): void {
    for (const meter of this.meters) meter.keep(permits, now);
  }

  hold(weight: number, now: number): Hold {
    const holds = this.meters.map((meter) => meter.hold(weight, now));
    const spend = () => {
      for (const hold of holds) hold.spend();
    };
    const giveBack = (now: number) => {
      for (const hold of holds) hold.giveBack(now);
    };
    return { spend, giveBack };
  }

  copy(): Combined {
    return new Combined(this.meters.map((meter) => meter.copy()));
  }

  #allReadyAt(weight: number, now: number, since: number): number {
    let at = now;
    for (const meter of this.meters) at = Math.max(at, meter.readyAt(weight, now, since));
    return at;
  }

  /** Goes from one moment to the next until all fit; to ask them is a use, which some count from. */
  #firstFit(weight: number, from: number, since: number): number {
    let at = from;
    while (!this.fits(weight, at, since)) {
      const next = this.#allReadyAt(weight, at, since);
      if (next <= at) return at;
      at = next;
    }
    return at;
  }
}
