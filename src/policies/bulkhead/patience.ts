import {
  type Alarm,
  type Clock,
  type Duration,
  durationRule,
  InvalidOptionsError,
  type Line,
  parseDuration,
} from '../../core/index.js';

/** How long one use of a bulkhead waits for a slot. */
export interface Patience {
  /** In milliseconds; undefined when the use does not say. */
  readonly maxWait: number | undefined;
  /** Sets the alarm for a wait that starts now. */
  readonly arm: (alarm: Alarm) => void;
}

/** The patience of all calls of one use. */
export function steadyPatience(maxWait: number | undefined, clock: Clock): Patience {
  if (maxWait === undefined || maxWait === Number.POSITIVE_INFINITY) return { maxWait, arm: forever };
  const line: Line = clock.line(maxWait);
  return { maxWait, arm: (alarm) => line.arm(alarm, clock.now()) };
}

/** The patience of one piece of work. */
export function patienceOnce(maxWait: Duration | undefined, clock: Clock): Patience {
  if (maxWait === undefined) return { maxWait, arm: forever };
  const parsed = parseDuration(maxWait);
  if (parsed === undefined) {
    const rule = `must be a duration (${durationRule})`;
    throw new InvalidOptionsError({ decorator: 'Bulkhead.execute()', option: 'maxWait', rule, value: maxWait });
  }
  const arm = (alarm: Alarm) => clock.arm(alarm, clock.now() + parsed);
  return { maxWait: parsed, arm: parsed === Number.POSITIVE_INFINITY ? forever : arm };
}

function forever(): void {} // no alarm: only a slot, or the end of the call, ends such a wait
