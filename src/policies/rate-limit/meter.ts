/** Counts permits by one algorithm: arithmetic alone, no timer, and the time is handed in. */
export interface Meter {
  /** The most that can be taken at once. */
  readonly capacity: number;
  /** Takes permits, if they are there. More than the capacity, accepted under earlier terms, are taken when all are. */
  take(weight: number, now: number): boolean;
  /** The first moment from `now` on at which they are there, after those ahead have taken theirs in turn. */
  readyAt(weight: number, now: number, ahead?: Ahead): number;
  /** How many whole permits are there. */
  available(now: number): number;
  /** Takes away what is there beyond so many permits. */
  keep(permits: number, now: number): void;
  /** Goes on under other terms, with the permits that are there. */
  change(shape: Shape, now: number): void;
  /** Keeps an eye on permits that were just taken for something which may yet not happen. */
  hold(weight: number, now: number): Hold;
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

/** The weights that wait in front, in order. */
export interface Ahead extends Iterable<number> {
  /** Their sum. */
  readonly weight: number;
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
