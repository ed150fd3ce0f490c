import ms from 'ms';

/** A length of time: milliseconds, or a number with a unit such as `'250ms'`, `'2s'`, `'1m'`, `'1.5h'`. */
export type Duration = number | DurationText;

/** A number with a unit, as people write it in configuration files. */
export type DurationText = `${number}${DurationUnit}` | `${number} ${DurationUnit}`;

type DurationUnit = 'ms' | 's' | 'sec' | 'm' | 'min' | 'h' | 'hr' | 'd' | 'w';

const form = /^\d+(?:\.\d+)? ?(?:ms|s|sec|m|min|h|hr|d|w)$/;

/** Reads a duration as milliseconds; undefined when it has no unit, a sign, or a unit that nobody knows. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (typeof value !== 'string' || !form.test(value)) return undefined;
  return ms(value as ms.StringValue);
}

/** Reads a duration that is known to be one, for code that has checked its options or is given a constant; `taker` is named where it is none. */
export function milliseconds(value: Duration, taker = 'a wait'): number {
  const parsed = parseDuration(value);
  if (parsed !== undefined) return parsed;
  throw new TypeError(
    `${taker} takes a duration (${durationRule}), but got ${typeof value === 'string' ? `'${value}'` : String(value)}`,
  );
}

/** What a duration must be, in words for error messages. */
export const durationRule = "milliseconds or a number with a unit, such as '250ms', '2s' or '1m'";
