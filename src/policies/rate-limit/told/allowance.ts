import type { Hold } from '../meter.js';
import { Remainder } from './remainder.js';
import { furthest, type Quota } from './told.js';

/**
 * One window of a server: so much may be taken until it begins anew. Then, where its quota is known, another one is assumed to begin with the first
 * use, within a day; nothing is assumed after that one.
 */
export class Allowance {
  readonly id: string;
  /** When it begins anew, as it was told first: later answers are compared with that, so that small differences do not add up. */
  #toldEnd: number;
  #end: number;
  #rest: Remainder;
  /** What is assumed afterwards. */
  #next: Quota | undefined;
  #isAssumed = false;

  constructor(id: string, rest: Remainder, end: number, next: Quota | undefined) {
    this.id = id;
    this.#toldEnd = end;
    this.#end = end;
    this.#rest = rest;
    this.#next = next;
  }

  /** It has not begun anew yet: what is left counts. */
  isOpen(now: number): boolean {
    return now < this.#end;
  }

  /** It restricts nobody any more, and will not. */
  isForgotten(now: number): boolean {
    return !this.isOpen(now) && this.#nextAt(now) === undefined;
  }

  /** Whether this is the window that begins anew then, give or take so much. */
  endsAbout(end: number, tolerance: number): boolean {
    return Math.abs(end - this.#toldEnd) <= tolerance;
  }

  endsAfter(end: number): boolean {
    return this.#end > end;
  }

  fits(weight: number, now: number): boolean {
    return !this.isOpen(now) || this.#rest.fits(weight);
  }

  take(weight: number, now: number): void {
    this.#open(now);
    this.#rest.take(weight);
  }

  readyAt(weight: number, now: number): number {
    return this.fits(weight, now) ? now : this.#end;
  }

  available(now: number): number {
    if (this.isOpen(now)) return this.#rest.left;
    const next = this.#nextAt(now);
    return next === undefined ? Number.POSITIVE_INFINITY : next.limit;
  }

  keep(permits: number, now: number): void {
    if (permits >= this.available(now)) return;
    this.#open(now);
    this.#rest.lower(permits);
  }

  /** Hears of the same window again. What is left only becomes less: answers overtake each other. Returns whether anybody's turn changes. */
  hear(remaining: number, end: number, next: Quota | undefined): boolean {
    if (this.#isAssumed) this.#toldEnd = end;
    this.#isAssumed = false;
    const longer = end > this.#end;
    if (longer) this.#end = end;
    const other = next !== undefined && this.expect(next);
    return this.#rest.lower(remaining) || longer || other;
  }

  /** Hears of the quota, which holds from the next window on. Returns whether it is another than was expected. */
  expect(next: Quota): boolean {
    const before = this.#next;
    this.#next = next;
    return before?.limit !== next.limit || before.per !== next.per;
  }

  hold(weight: number): Hold {
    return this.#rest.hold(weight);
  }

  copy(): Allowance {
    const copy = new Allowance(this.id, this.#rest.copy(), this.#toldEnd, this.#next);
    copy.#end = this.#end;
    copy.#isAssumed = this.#isAssumed;
    return copy;
  }

  #nextAt(now: number): Quota | undefined {
    return now < this.#end + furthest ? this.#next : undefined;
  }

  /** Begins the window that is assumed, if it is time for it. */
  #open(now: number): void {
    const next = this.#nextAt(now);
    if (this.isOpen(now) || next === undefined) return;
    this.#rest = new Remainder(next.limit);
    this.#end = now + next.per;
    this.#toldEnd = this.#end;
    this.#next = undefined;
    this.#isAssumed = true;
  }
}
