import type { SharedCall } from './shared-state.js';

/** Counts permits that several processes take from the same limits. */
export interface SharedPermits {
  /**
   * Takes permits of all limits, or of none. Those who asked first need not get theirs first: a refusal reserves nothing. A weight of 0 takes none and looks.
   */
  take(key: string, weight: number, limits: readonly SharedLimit[], call: SharedCall): Promise<PermitAnswer>;
  /**
   * Gives back what was taken for something that did not happen; never more than time has left missing, so that no limit is exceeded by it. To be called once
   * for a receipt at most: whoever does not know whether it was done leaves it at that. What is no receipt gives nothing back.
   */
  giveBack(key: string, receipt: string, limits: readonly SharedLimit[], call: SharedCall): Promise<void>;
}

/**
 * One limit. Whoever asks says which limits hold, so that a back end knows no configuration; under one key, other limits are counted anew.
 *
 * A 'token-bucket' holds `burst` permits and regains `limit` of them per period, evenly. A 'sliding-window' never gives more than `limit` in any stretch of a
 * period; permits come back a period after they were taken, at most a hundredth of it later. A 'fixed-window' has all of them anew in each period, which starts
 * with the first use after the one before is over.
 */
export interface SharedLimit {
  readonly algorithm: 'token-bucket' | 'sliding-window' | 'fixed-window';
  /** Permits per period: a whole number of at least 1. */
  readonly limit: number;
  /** The period: whole milliseconds from 1 to a year. */
  readonly per: number;
  /** The most permits at once, for a token bucket alone; they must be regained within ten years. @default limit */
  readonly burst?: number;
}

/** What came of asking for permits. */
export type PermitAnswer = PermitsGranted | PermitsRefused;

/** They were taken. */
export interface PermitsGranted {
  readonly granted: true;
  /** Whole permits that are left now, of the limit that has the fewest. */
  readonly remaining: number;
  /** What to give back with: text of at most 512 characters. */
  readonly receipt: string;
}

/** Nothing was taken. */
export interface PermitsRefused {
  readonly granted: false;
  readonly remaining: number;
  /** Milliseconds until all of them are there, if nobody else takes any; Infinity for more than a limit ever has at once. */
  readonly wait: number;
}
