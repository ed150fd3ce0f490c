/**
 * Counts permits by one algorithm: arithmetic alone, no timer, and the time is handed in. That never runs backwards by more than a rounding:
 * what is over may be forgotten.
 */
export interface Meter {
  /** The most that can be taken at once. */
  readonly capacity: number;
  /** Whether `take` would give them; takes nothing. To be asked is a use all the same: a grid that starts with the first use starts here. */
  fits(weight: number, now: number, since?: number): boolean;
  /**
   * Takes permits, if they are there, for somebody who has waited for them, or behind others who have, since then: from now on, if nothing is said. More
   * than the capacity, accepted under earlier terms, are taken when all are.
   */
  take(weight: number, now: number, since?: number): boolean;
  /** The first moment from `now` on at which they are there; a look that changes nothing, also one into the future. */
  readyAt(weight: number, now: number, since?: number): number;
  /**
   * The same behind others who wait for so many in all, where their sum is all that counts; undefined where that moment is only found by giving each of
   * them theirs.
   */
  readyBehind(sum: number, weight: number, now: number): number | undefined;
  /** Whether permits come in steps, so that a moment too late may mean a whole step later. */
  readonly stepwise: boolean;
  /** By how much later, at most, everybody behind has its turn where somebody takes permits only `now` that were there at `due`. */
  slip(due: number, now: number): number;
  /** How many whole permits are there. */
  available(now: number): number;
  /** Whether nothing that was taken is missing any more: it could as well be forgotten. */
  atRest(now: number): boolean;
  /** Takes away what is there beyond so many permits; what is on hold stays taken. */
  keep(permits: number, now: number): void;
  /** Keeps an eye on permits that were taken just now, for something which may yet not happen. */
  hold(weight: number, now: number): Hold;
  /** An independent meter in the same state, for forecasts; what is on hold is none of its business. */
  copy(): Meter;
}

/** The meter of one limit, which can be changed. */
export interface LimitMeter extends Meter {
  /** Goes on under other terms. */
  change(shape: Shape, now: number): void;
}

/** The terms that an algorithm is given. */
export interface Shape {
  /** Permits per period. */
  readonly limit: number;
  /** The period in milliseconds. */
  readonly per: number;
  /** The most permits at once. */
  readonly burst: number;
}

/** Permits that were taken for something which has not happened yet: one of the two is called, once. */
export interface Hold {
  /** It happened: they are spent. */
  spend(): void;
  /** It will not happen: all is as if they had never been taken, as far as time has not made up for them already. */
  giveBack(now: number): void;
}

/** Milliseconds by which sums of fractions may miss each other: too short for anyone to wait. */
export const rounding = 1e-4;

/** Permits by which they may. */
export const crumb = 1e-9;
