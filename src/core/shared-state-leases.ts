import type { SharedCall } from './shared-state.js';

/**
 * Keeps a thing for one process, or a few, at a time: the load of a cache entry, the places of a trial.
 *
 * A lease makes work rare, not impossible: a process that was paused may believe in one that is over. Where two at once would do harm, the thing that is
 * written must refuse every token smaller than the greatest that it has seen (https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html).
 */
export interface SharedLeases {
  /** Takes a lease, if fewer than `capacity` are held; the answer is there at once either way. */
  acquire(key: string, terms: LeaseTerms, call: SharedCall): Promise<LeaseAnswer>;
  /** Has a lease last so many milliseconds from now on; false, and nothing done, when it is over. */
  extend(key: string, token: number, lasts: number, call: SharedCall): Promise<boolean>;
  /** Gives a lease back; false, and nothing done, when it is over. */
  release(key: string, token: number, call: SharedCall): Promise<boolean>;
}

/** How a lease is held. */
export interface LeaseTerms {
  /** It is over after this time, unless it is extended: whole milliseconds from 1 to a year. */
  readonly lasts: number;
  /** How many may be held at a time. @default 1 */
  readonly capacity?: number;
}

/** What came of asking for a lease. */
export type LeaseAnswer = LeaseGranted | LeaseRefused;

/** It is held. */
export interface LeaseGranted {
  readonly granted: true;
  /**
   * Greater than every one before for this key, also of those that were released, ran out or were forgotten, and after the back end lost its data: a safe
   * whole number. Microseconds of the back end's clock do, as long as none is given twice and the clock does not go back.
   */
  readonly token: number;
}

/** Others hold all there are. */
export interface LeaseRefused {
  readonly granted: false;
  /** Milliseconds until the first of theirs is over, if it is not extended. */
  readonly left: number;
}
