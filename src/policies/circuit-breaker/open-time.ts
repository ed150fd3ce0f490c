import { type Duration, parseDuration, show } from '../../core/index.js';

/** How long a circuit stays open: always the same, growing with each opening in a row, or by a function. */
export type OpenFor = Duration | GrowingOpenTime | ((opening: Opening) => Duration);

/** An open time that grows while the callee does not recover. */
export interface GrowingOpenTime {
  /** The first time. */
  readonly initial: Duration;
  /** What it is multiplied with at each further opening in a row; at least 1. */
  readonly multiplier: number;
  /** No time is longer. */
  readonly max: Duration;
}

/** What a function that chooses an open time may look at. */
export interface Opening {
  /** The circuit's name. */
  readonly name: string;
  /** 1 for the first opening, one more each time a trial fails. */
  readonly openings: number;
  /** The last failure, such as one that says when to come back; undefined where a result was the failure. */
  readonly error: unknown;
  /** Milliseconds until the last failure said to come back: by its own `retryAfter`, or the `Retry-After` of its HTTP answer; undefined where it said nothing, or that time has passed. */
  readonly retryAfter: number | undefined;
}

/** An open time as it is read. */
export type OpenTime =
  | number
  | { readonly initial: number; readonly multiplier: number; readonly max: number }
  | ((opening: Opening) => Duration);

/** The open time where nobody says otherwise. */
export const usualOpenTime = 30_000;

/** What an open time must be, in words for error messages. */
export const openForRule =
  'must be a duration of at least 1 ms, { initial, multiplier, max } with a multiplier of at least 1 and max not below initial, or a function';

/** Reads an open time; undefined when it is none. */
export function parseOpenFor(given: OpenFor): OpenTime | undefined {
  if (typeof given === 'function') return given;
  if (typeof given !== 'object' || given === null) return positive(given);
  const { initial, multiplier, max, ...others } = given;
  if (Object.keys(others).length > 0 || typeof multiplier !== 'number' || !(multiplier >= 1)) return undefined;
  const first = positive(initial);
  const most = positive(max);
  return first === undefined || most === undefined || most < first
    ? undefined
    : { initial: first, multiplier, max: most };
}

/** The longest that an opening may take; Infinity where nobody knows. */
export function longestOpenTime(openFor: OpenTime): number {
  if (typeof openFor === 'function') return Number.POSITIVE_INFINITY;
  return typeof openFor === 'object' ? openFor.max : openFor;
}

/** The milliseconds of one opening. A function that fails to choose leaves the usual time, and `blame` hears why. */
export function openTime(openFor: OpenTime, opening: Opening, blame: (fault: unknown) => void): number {
  if (typeof openFor === 'number') return openFor;
  if (typeof openFor === 'object') {
    return Math.min(openFor.initial * openFor.multiplier ** (opening.openings - 1), openFor.max);
  }
  try {
    return chosen(openFor(opening), opening.name);
  } catch (fault) {
    blame(fault);
    return usualOpenTime;
  }
}

function chosen(duration: unknown, name: string): number {
  const time = parseDuration(duration);
  if (time !== undefined) return Math.max(1, time); // a callee may say to come back at once
  throw new TypeError(`openFor of the circuit '${name}' must return a duration, but returned ${show(duration)}`);
}

function positive(duration: unknown): number | undefined {
  const parsed = parseDuration(duration);
  return parsed !== undefined && parsed >= 1 ? parsed : undefined;
}
