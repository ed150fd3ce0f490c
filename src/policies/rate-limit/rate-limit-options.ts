import {
  count,
  type Duration,
  duration,
  durationRule,
  flag,
  maybe,
  namePattern,
  oneOf,
  optional,
  options,
  parseDuration,
  read,
  required,
  type SharingOptions,
  sharingOptions,
  that,
} from '../../core/index.js';
import type { Algorithm } from './meters.js';

/** How many permits there are: what belongs to a limiter, however many methods share it. */
export interface LimiterOptions {
  /** Permits per period; must be known for each limiter. */
  readonly limit?: number;
  /** The period. @default '1s' */
  readonly per?: Duration;
  /**
   * How permits are counted: 'token-bucket' regains them evenly and lets bursts through (https://en.wikipedia.org/wiki/Token_bucket);
   * 'fixed-window' has all of them anew in each period, the first of which starts with the first use.
   * @default 'token-bucket'
   */
  readonly algorithm?: Algorithm;
  /** The most permits at once, for a token bucket. @default limit */
  readonly burst?: number;
  /** How many calls may wait at a time; more are refused. @default 1000 */
  readonly maxQueue?: number;
}

/** How often a method may be called. */
export interface RateLimitOptions extends LimiterOptions, SharingOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** How long a call may wait for its permits; one that would have to wait longer is refused at once. @default 0 */
  readonly maxWait?: Duration;
  /** How many permits a call takes: a number, or a function of its arguments (`this` is the instance). 0 passes freely. @default 1 */
  readonly weight?: Weight;
}

/** How many permits a call takes. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
export type Weight = number | ((...args: any[]) => number);

const nameRule =
  "must be a name: a letter, then letters, digits, _ . : or - (a rate is written { limit: 10, per: '1s' })";

const limiterEntries = {
  per: optional(read(parsePeriod, `must be a finite duration of at least 1 ms (${durationRule})`), '1s'),
  algorithm: optional(oneOf('token-bucket', 'fixed-window'), 'token-bucket'),
  burst: maybe(count({ min: 1 })),
  maxQueue: optional(count(), 1000),
} as const;

/** What one use may be given: the options of its limiter, and its own. */
export const rateLimitOptions = options<RateLimitOptions>()('@RateLimit', {
  enabled: optional(flag(), true),
  limit: maybe(count({ min: 1 })),
  ...limiterEntries,
  maxWait: optional(duration(), 0),
  weight: optional(
    read(parseWeight, 'must be a number above 0, or a function that returns how many permits a call takes'),
    1,
  ),
  ...sharingOptions,
  name: maybe(that<string>(isName, nameRule)),
});

/** What a limiter must know. */
export const limiterOptions = options<LimiterOptions>()(
  '@RateLimit',
  { limit: required(count({ min: 1 })), ...limiterEntries },
  ({ algorithm, burst }) =>
    burst !== undefined && algorithm !== 'token-bucket'
      ? {
          option: 'burst',
          rule: `is for a token bucket; with '${algorithm}' all of limit may come at once`,
          value: burst,
        }
      : undefined,
);

export type RateLimitSettings = ReturnType<typeof rateLimitOptions.complete>;
export type LimiterSettings = ReturnType<typeof limiterOptions.complete>;

/** The part of a use's options that belongs to the limiter. */
export function ofLimiter(given: RateLimitOptions): LimiterOptions {
  const entries = Object.entries(given).filter(([option]) => limiterOptions.names.includes(option));
  return Object.fromEntries(entries);
}

function parsePeriod(given: Duration): number | undefined {
  const period = parseDuration(given);
  return period !== undefined && period >= 1 && period < Number.POSITIVE_INFINITY ? period : undefined;
}

function parseWeight(weight: Weight): Weight | undefined {
  return typeof weight === 'function' || (typeof weight === 'number' && weight > 0 && weight < Number.POSITIVE_INFINITY)
    ? weight
    : undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && namePattern.test(value);
}
