import {
  count,
  type Duration,
  duration,
  durationRule,
  type ErrorMatcher,
  faultOf,
  matchers,
  optional,
  options,
  parseDuration,
  read,
  required,
  that,
  withFields,
} from '../../core/index.js';
import type { Lasts } from './cache-options.js';

/** Which errors are kept, and for how long. */
export interface NegativeOptions {
  /** How long an error is kept. */
  readonly ttl: Duration;
  /** These are kept. @default what is marked permanent */
  readonly on?: ErrorMatcher | readonly ErrorMatcher[];
  /** These are not. @default none */
  readonly except?: ErrorMatcher | readonly ErrorMatcher[];
}

/** When a circuit around loads opens, and for how long. */
export interface LoadCircuitOptions {
  /** Failures in a row that open it. @default 5 */
  readonly failureThreshold?: number;
  /** How long it stays open before a load is tried. @default '30s' */
  readonly openFor?: Duration;
}

export const negativeOptions = options<NegativeOptions>()('@Cached negativeTtl', {
  ttl: required(duration({ min: 1 })),
  on: matchers(),
  except: matchers(),
});

export const loadCircuitOptions = options<LoadCircuitOptions>()('@Cached circuit', {
  failureThreshold: optional(count({ min: 1 }), 5),
  openFor: optional(duration({ min: 1 }), '30s'),
});

/** How long something lasts, in milliseconds, or what says so. */
export function lasting({ min = 0 }: { min?: number } = {}) {
  const bound = min > 0 ? ` of at least ${min} ms` : '';
  const parse = (given: Lasts) => {
    if (typeof given === 'function') return given;
    const parsed = parseDuration(given);
    return parsed !== undefined && parsed >= min ? parsed : undefined;
  };
  return read(parse, `must be a duration${bound} (${durationRule}) or a function that returns one`);
}

export function negativeTtl() {
  const isDuration = (value: unknown) => (parseDuration(value) ?? 0) > 0;
  const form = that<Duration | NegativeOptions>(
    (value) => isDuration(value) || isObject(value),
    `must be a duration of at least 1 ms (${durationRule}) or an object with a ttl`,
  );
  return withFields(form, (value) =>
    isObject(value) ? faultOf(() => negativeOptions.complete(negativeOptions.check(value), '')) : undefined,
  );
}

export function loadCircuit() {
  const form = that<LoadCircuitOptions | false>(
    (value) => value === false || isObject(value),
    'must be an object of options, or false',
  );
  return withFields(form, (value) =>
    value === false ? undefined : faultOf(() => loadCircuitOptions.complete(loadCircuitOptions.check(value), '')),
  );
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
