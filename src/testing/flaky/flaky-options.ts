import { Clock, count, type Duration, duration, flag, optional, options, systemClock, that } from '../../core/index.js';
import { isError } from '../any-realm.js';

/** How a flaky function behaves, whatever its calls come to. */
export interface FlakyOptions {
  /** How long each call takes. @default 0 */
  readonly takes?: Duration;
  /**
   * Whether a call that takes time, or hangs, is over as soon as its signal aborts: the one that is its last argument (or in an object that is),
   * else that of the protected call around it. A call that does not obey goes on, and settles when nobody waits any more. @default false
   */
  readonly obeysAbort?: boolean;
  /** By which its time is measured. @default the clock of the system */
  readonly clock?: Clock;
}

/** How a flaky function fails. */
export interface FlakyFailureOptions extends FlakyOptions {
  /** What it fails with: an error, or a function that is given the number of the call and makes one. @default a `Boom` for each call */
  readonly error?: FlakyError;
}

/** How a flaky function fails by chance. */
export interface FlakyRateOptions extends FlakyFailureOptions {
  /** Makes chance repeat itself. @default 1 */
  readonly seed?: number;
}

/** An error, or a function that makes one for the call of this number, counted from 1. */
export type FlakyError = Error | ((call: number) => unknown);

const own = {
  obeysAbort: optional(flag(), false),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
};

const behavior = { takes: optional(duration({ max: Number.MAX_SAFE_INTEGER }), 0), ...own };

const failure = {
  ...behavior,
  error: optional(
    that<FlakyError>(
      (value) => isError(value) || typeof value === 'function',
      'must be an error or a function that makes one',
    ),
    undefined,
  ),
};

/** How each call behaves, checked and complete. */
export type FlakyBehavior = ReturnType<typeof readFlakyOptions>;

/** Checks how a flaky function behaves. */
export function readFlakyOptions(taker: string, given: FlakyOptions) {
  const set = options<FlakyOptions>()(taker, behavior);
  return set.complete(set.check(given), '');
}

/** Checks how a flaky function behaves whose time is its own. */
export function readOwnOptions(taker: string, given: Omit<FlakyOptions, 'takes'>) {
  const set = options<Omit<FlakyOptions, 'takes'>>()(taker, own);
  return set.complete(set.check(given), '');
}

/** Checks how a flaky function fails. */
export function readFailureOptions(taker: string, given: FlakyFailureOptions) {
  const set = options<FlakyFailureOptions>()(taker, failure);
  return set.complete(set.check(given), '');
}

/** Checks how a flaky function fails by chance. */
export function readRateOptions(taker: string, given: FlakyRateOptions) {
  const set = options<FlakyRateOptions>()(taker, { ...failure, seed: optional(count({ max: 2 ** 32 - 1 }), 1) });
  return set.complete(set.check(given), '');
}
