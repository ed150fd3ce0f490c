import type { Ahead, Hold, Meter } from './meter.js';

/** Several limits at once: a permit is one of each of them, and there is none where one of them has none. */
export class Combined implements Meter {
  readonly meters: readonly Meter[];

  constructor(meters: readonly Meter[]) {
    this.meters = meters;
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

  readyAt(weight: number, now: number, ahead: Ahead | readonly number[] = []): number {
    const forecast = this.copy();
    let at = now;
    for (const next of ahead) {
      at = forecast.#firstFit(next, at);
      forecast.take(next, at);
    }
    return forecast.#firstFit(weight, at);
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

  /** Where one has its permits, another may not have them yet: goes from one to the next until all have. */
  #firstFit(weight: number, from: number): number {
    let at = from;
    while (!this.fits(weight, at)) {
      const next = Math.max(...this.meters.map((meter) => meter.readyAt(weight, at)));
      if (next <= at) return at;
      at = next;
    }
    return at;
  }
}
