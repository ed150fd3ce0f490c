import type { Answer, Clock } from '../../../src/core/index.js';
import { following, ownOf, withOwn } from '../../../src/policies/rate-limit/followed.js';
import { type Hold, type Meter, rounding } from '../../../src/policies/rate-limit/meter.js';
import { changeMeter, type Limits, newMeter } from '../../../src/policies/rate-limit/meters.js';

/** Somebody in the line of a naive limiter. */
interface Guest {
  readonly number: number;
  readonly weight: number;
  readonly maxWait: number;
  readonly since: number;
}

/** What became of somebody. */
export type Fate = 'waits' | 'left' | 'refused' | { readonly servedAt: number };

/** Milliseconds that no test should depend on. */
const margin = 0.01;

/** A limiter that remembers nothing of what it foresaw: each forecast gives all who wait their permits, from the first on, on a copy of its meter. */
export class NaiveLimiter {
  readonly fates: Fate[] = [];
  /** Somebody waited while nobody was served. */
  hung = false;
  readonly #maxQueue: number;
  #limits: Limits;
  meter: Meter;
  #line: Guest[] = [];
  /** Since when somebody has waited. */
  #since = 0;
  now: number;

  constructor(limits: Limits, maxQueue: number, now: number) {
    this.#limits = limits;
    this.#maxQueue = maxQueue;
    this.meter = newMeter(limits);
    this.now = now;
  }

  get waiting(): readonly number[] {
    return this.#line.map(({ number }) => number);
  }

  /** When somebody who came now would have so many permits. */
  forecast(weight: number): number {
    const meter = this.meter.copy();
    let at = this.now;
    for (const next of this.#line) at = turnOf(next.weight, meter, at, this.#since);
    return turnOf(weight, meter, at, this.#line.length > 0 ? this.#since : this.now);
  }

  /** Somebody comes; returns how long asking again is certain to be refused, or undefined where it may wait or is served. */
  come(weight: number, maxWait: number): number | undefined {
    this.serve();
    if (this.#line.length === 0) this.meter.fits(weight, this.now); // to be asked is a use
    const number = this.fates.push('waits') - 1;
    const wait = this.forecast(weight) - this.now;
    const hasPlace = this.#line.length < this.#maxQueue || wait <= rounding;
    if (hasPlace && wait <= maxWait + rounding) {
      if (this.#line.length === 0) this.#since = this.now;
      this.#line.push({ number, weight, maxWait, since: this.now });
      this.serve();
      return undefined;
    }
    this.fates[number] = 'refused';
    const first = this.#line[0];
    const untilPlace = hasPlace
      ? 0
      : this.meter.readyAt(first?.weight ?? weight, this.now, first && this.#since) - this.now;
    return Math.max(0, wait - maxWait, untilPlace);
  }

  leave(number: number): void {
    this.#line = this.#line.filter((guest) => guest.number !== number);
    this.fates[number] = 'left';
    this.serve();
  }

  /** Takes permits as somebody does who would rather not wait. */
  take(weight: number): Hold | undefined {
    if (this.#line.length > 0 || weight > this.meter.capacity || !this.meter.take(weight, this.now)) return undefined;
    return this.meter.hold(weight, this.now);
  }

  giveBack(hold: Hold): void {
    hold.giveBack(this.now);
    this.serve();
  }

  drain(): void {
    this.serve();
    this.meter.keep(0, this.now);
    this.#review();
  }

  change(limits: Limits): void {
    this.serve();
    this.meter = withOwn(this.meter, changeMeter(ownOf(this.meter), this.#limits, limits, this.now));
    this.#limits = limits;
    this.#review();
  }

  /** Looks at everything anew even where that should change nothing; but who is late because nobody was served in time is not refused for that alone. */
  adopt(answer: Answer, clock: Clock): void {
    this.serve();
    const followed = following(this.meter, answer, clock);
    this.meter = followed ?? this.meter;
    if (followed || !this.hung) this.#review();
  }

  /** Time goes on, to a little after a turn rather than to that very moment, and everybody is served in its turn; returns how long that was. */
  advance(duration: number): number {
    const from = this.now;
    let end = from + duration;
    this.serve();
    for (let at = this.#nextTurn(); at < end + margin; at = this.#nextTurn()) {
      if (at > end - margin) end = at + margin;
      this.now = at;
      this.serve();
    }
    this.now = end;
    return end - from;
  }

  /** Time goes on, and nobody is served meanwhile. */
  hang(duration: number): number {
    const end = this.now + duration;
    this.hung ||= this.#line.length > 0;
    const isClose = Math.abs(this.#nextTurn() - end) < margin;
    const passed = isClose ? duration + 2 * margin : duration;
    this.now += passed;
    return passed;
  }

  serve(): void {
    for (let first = this.#line[0]; first !== undefined; first = this.#line[0]) {
      if (!this.meter.take(first.weight, this.now, this.#since)) return;
      this.fates[first.number] = { servedAt: this.now };
      this.#line.shift();
    }
  }

  #nextTurn(): number {
    const first = this.#line[0];
    return first === undefined ? Number.POSITIVE_INFINITY : this.meter.readyAt(first.weight, this.now, this.#since);
  }

  /** Whoever can no longer have its turn in time goes, and those behind move up. */
  #review(): void {
    const stay: Guest[] = [];
    for (const guest of this.#line) {
      const meter = this.meter.copy();
      let at = this.now;
      for (const next of stay) at = turnOf(next.weight, meter, at, this.#since);
      if (turnOf(guest.weight, meter, at, this.#since) <= guest.since + guest.maxWait + rounding) stay.push(guest);
      else this.fates[guest.number] = 'refused';
    }
    this.#line = stay;
    this.serve();
  }
}

/** When somebody has its permits, not before that time; takes them. */
function turnOf(weight: number, meter: Meter, from: number, since: number): number {
  const at = meter.fits(weight, from, since) ? from : meter.readyAt(weight, from, since);
  meter.take(weight, at, since);
  return at;
}
