import { types } from 'node:util';
import {
  type Duration,
  duration,
  durationRule,
  flag,
  InvalidOptionsError,
  maybe,
  optional,
  options,
  parseDuration,
  that,
} from '../core/index.js';

/** Where a manual clock starts. */
export interface ManualClockOptions {
  /** Monotonic milliseconds. @default 1000 */
  readonly now?: number;
  /** What the wall clock shows: a date, or milliseconds since 1970. @default the start of 2026 */
  readonly wall?: Date | number;
  /** Whether alarms that are due at the same time ring in one go, as by the system's clock; else promises run between them, as between timers of Node. @default false */
  readonly together?: boolean;
}

/** How far a manual clock may run to see a promise settle. */
export interface RunLimit {
  /** How much time may pass. @default '1h' */
  readonly limit?: Duration;
}

const most = Number.MAX_SAFE_INTEGER;
const millisecondsRule = `must be a number of at most ${most} milliseconds`;

const startOptions = options<ManualClockOptions>()('new ManualClock()', {
  now: optional(that<number>(isTime, millisecondsRule), 1000),
  wall: optional(
    that<Date | number>(isWall, `must be a date, or a number of at most ${most} milliseconds`),
    Date.UTC(2026, 0, 1),
  ),
  together: optional(flag(), false),
});

const runOptions = options<RunLimit>()('ManualClock.runUntil()', { limit: maybe(duration({ max: most })) });

/** Checks where a clock is to start. */
export function readStart(given: number | ManualClockOptions) {
  if (types.isDate(given)) {
    const rule = 'takes a number of milliseconds or an object of options: a date is its wall';
    throw new InvalidOptionsError({ decorator: 'new ManualClock()', rule, value: given });
  }
  return startOptions.complete(startOptions.check(typeof given === 'number' ? { now: given } : given), '');
}

/** Checks how far a clock may run. */
export function readRunLimit(given: RunLimit): RunLimit {
  return runOptions.check(given);
}

/** Reads by how much time is to pass; `taker` is named where that cannot be. */
export function readLength(length: Duration, taker: string): number {
  const parsed = parseDuration(length);
  const rule = `takes a duration (${durationRule})`;
  if (parsed === undefined) throw new InvalidOptionsError({ decorator: `ManualClock.${taker}`, rule, value: length });
  return checkTime(parsed, `ManualClock.${taker}`);
}

/** Reads by how much a wall clock is set forwards, or by a negative number backwards. */
export function readJump(by: Duration): number {
  const jump = typeof by === 'number' ? by : parseDuration(by);
  const rule = "takes a duration, such as 2000 or '2s', or a negative number of milliseconds";
  if (jump === undefined) throw new InvalidOptionsError({ decorator: 'ManualClock.adjustWall()', rule, value: by });
  return checkTime(jump, 'ManualClock.adjustWall()');
}

/** Checks that time is a number that milliseconds can be counted from. */
export function checkTime(time: number, taker: string): number {
  if (isTime(time)) return time;
  throw new InvalidOptionsError({ decorator: taker, rule: millisecondsRule, value: time });
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= most;
}

function isWall(value: unknown): boolean {
  return isTime(types.isDate(value) ? value.getTime() : value);
}
