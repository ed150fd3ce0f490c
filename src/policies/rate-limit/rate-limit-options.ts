import {
  type Duration,
  duration,
  flag,
  maybe,
  namePattern,
  optional,
  options,
  read,
  type SharingOptions,
  sharingOptions,
  that,
} from '../../core/index.js';
import { type LimiterOptions, limiterEntries, limiterOptions } from './limiter-options.js';

/** How often a method may be called. */
export interface RateLimitOptions extends LimiterOptions, SharingOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** How long a call may wait for its permits; one that would have to wait longer is refused at once. @default 0 */
  readonly maxWait?: Duration;
  /** How many permits a call takes: a number above 0, or a function of its arguments (`this` is the instance); where that returns 0, the call passes freely. @default 1 */
  readonly weight?: Weight;
}

/** How many permits a call takes. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
export type Weight = number | ((...args: any[]) => number);

const nameRule =
  "must be a name: a letter, then letters, digits, _ . : or - (a rate is written { limit: 10, per: '1s' })";

/** What one use may be given: the options of its limiter, and its own. */
export const rateLimitOptions = options<RateLimitOptions>()('@RateLimit', {
  enabled: optional(flag(), true),
  ...limiterEntries,
  maxWait: optional(duration(), 0),
  weight: optional(
    read(parseWeight, 'must be a number above 0, or a function that returns how many permits a call takes'),
    1,
  ),
  ...sharingOptions,
  name: maybe(that<string>(isName, nameRule)),
});

export type RateLimitSettings = ReturnType<typeof rateLimitOptions.complete>;

/** The part of a use's options that belongs to the limiter. */
export function ofLimiter(given: RateLimitOptions): LimiterOptions {
  const entries = Object.entries(given).filter(([option]) => limiterOptions.names.includes(option));
  return Object.fromEntries(entries);
}

function parseWeight(weight: Weight): Weight | undefined {
  return typeof weight === 'function' || (typeof weight === 'number' && weight > 0 && weight < Number.POSITIVE_INFINITY)
    ? weight
    : undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && namePattern.test(value);
}
