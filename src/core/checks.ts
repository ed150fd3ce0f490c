import * as v from 'valibot';
import { type Duration, durationRule, parseDuration } from './duration.js';

/** A whole number within bounds. */
export function count({
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
}: {
  min?: number;
  max?: number;
} = {}): v.GenericSchema<number, number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const rule = `must be a whole number ${range}`;
  return v.pipe(v.number(rule), v.safeInteger(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** A number, not necessarily whole. */
export function quantity({
  min,
  max = Number.POSITIVE_INFINITY,
}: {
  min: number;
  max?: number;
}): v.GenericSchema<number, number> {
  const rule = `must be a number ${max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`}`;
  return v.pipe(v.number(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** A share in (0, 1]. */
export function rate(): v.GenericSchema<number, number> {
  const rule = 'must be a rate above 0 and at most 1';
  return v.pipe(v.number(rule), v.gtValue(0, rule), v.maxValue(1, rule));
}

/** A duration, read as milliseconds. */
export function duration({
  min = 0,
  max = Number.POSITIVE_INFINITY,
}: {
  min?: number;
  max?: number;
} = {}): v.GenericSchema<Duration, number> {
  const bounds = [min > 0 ? `at least ${min} ms` : '', max < Number.POSITIVE_INFINITY ? `at most ${max} ms` : ''];
  const within = bounds.filter(Boolean).join(' and ');
  const rule = `must be a duration${within && ` of ${within}`} (${durationRule})`;
  const isWithin = (value: unknown) => {
    const parsed = parseDuration(value);
    return parsed !== undefined && parsed >= min && parsed <= max;
  };
  return v.pipe(
    v.custom<Duration>(isWithin, rule),
    v.transform((value) => parseDuration(value) as number),
  );
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): v.GenericSchema<Word, Word> {
  return v.picklist(words, `must be one of ${words.map((word) => `'${word}'`).join(', ')}`);
}

/** Yes or no. */
export function flag(): v.GenericSchema<boolean, boolean> {
  return v.boolean('must be true or false');
}

/** A function of the user's; its parameters are checked by the compiler. */
export function callback<F>(): v.GenericSchema<F, F> {
  return v.custom<F>((value) => typeof value === 'function', 'must be a function');
}

/** A name under which something is shared. */
export function name(): v.GenericSchema<string, string> {
  return v.pipe(v.string(nameRule), v.regex(namePattern, nameRule));
}

/** The form of every name. */
export const namePattern = /^[A-Za-z][\w.:-]*$/;

/** The same in words, for error messages. */
export const nameRule = 'must be a name: a letter, then letters, digits, _ . : or -';

/** Whatever a test accepts, described by the rule. */
export function that<T>(accepts: (value: unknown) => boolean, rule: string): v.GenericSchema<T, T> {
  return v.custom<T>(accepts, rule);
}

/** Whatever has no fault; the rule that it breaks may depend on the value. */
export function faultless<T>(fault: (value: T) => string | undefined): v.GenericSchema<T, T> {
  return v.custom<T>(
    (value) => fault(value as T) === undefined,
    ({ input }) => fault(input as T) ?? '',
  );
}

/** What a test accepts, read into another form. */
export function read<Given, Value>(
  parse: (value: Given) => Value | undefined,
  rule: string,
): v.GenericSchema<Given, Value> {
  const accepts = (value: unknown) => parse(value as Given) !== undefined;
  return v.pipe(
    v.custom<Given>(accepts, rule),
    v.transform((value) => parse(value) as Value),
  );
}
