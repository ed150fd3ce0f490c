import {
  count,
  type Duration,
  durationRule,
  flag,
  listOf,
  maybe,
  optional,
  options,
  parseDuration,
  type Rule,
  read,
} from '../../core/index.js';
import { type LimitOptions, limitChecks, limitOf, limitOptions } from './limit-options.js';
import type { Limits } from './meters.js';

/** How many permits there are: what belongs to a limiter, however many methods share it. */
export interface LimiterOptions extends LimitOptions {
  /** Several limits at once, up to 10, in place of `limit`, `per`, `algorithm` and `burst`: a call needs its permits of all of them, or takes none. */
  readonly limits?: readonly LimitOptions[];
  /**
   * Gives permits slowly at first: a third of them and at a third of the rate, rising evenly to all of it in this time. So it does when it starts, and
   * after it has been at rest for as long (cold factor 3, as in Guava's `RateLimiter`, SmoothWarmingUp, and in Sentinel's warm-up). Without it, there is no warm-up.
   */
  readonly warmUp?: Duration;
  /**
   * Follows the limits that the server tells, beside its own: `RateLimit` and `RateLimit-Policy`
   * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/), `X-RateLimit-*` and the like, and `Retry-After` with 429, 503 or 403, during which
   * nobody asks. They are heard from `RestClient`, and read from results and errors that are HTTP answers or carry one.
   * @default false
   */
  readonly adopt?: boolean;
  /** How many calls may wait at a time; more are refused. @default 1000 */
  readonly maxQueue?: number;
}

/** The options of a limiter, as a use may give them too. */
export const limiterEntries = {
  limit: maybe(limitChecks.limit),
  per: maybe(limitChecks.per),
  algorithm: maybe(limitChecks.algorithm),
  burst: maybe(limitChecks.burst),
  limits: maybe(listOf(limitOptions, { max: 10 })),
  warmUp: maybe(read(parseWarmUp, `must be a finite duration above 0 (${durationRule})`)),
  adopt: optional(flag(), false),
  maxQueue: optional(count(), 1000),
} as const;

/** What a limiter must know. */
export const limiterOptions = options<LimiterOptions>()('@RateLimit', limiterEntries, limitOrLimits);

/** The options of a limiter as they are in force. */
export interface LimiterSettings extends Limits {
  readonly adopt: boolean;
  readonly maxQueue: number;
}

/** Completes and checks the options of a limiter. */
export function completeLimiter(given: LimiterOptions, name: string): LimiterSettings {
  const { limits, warmUp = 0, adopt, maxQueue } = limiterOptions.complete(given, name);
  const all = limits ?? [limitOptions.complete(ofOne(given), name)];
  return { all: all.map(limitOf), warmUp, adopt, maxQueue };
}

/** The options after a change, or where a nearer layer says otherwise: a limit takes the place of a list, and a list that of a limit. */
export function changedLimiter<Given extends LimiterOptions>(before: Given, change: Given): Given {
  const kept = { ...withoutStaleBurst(before, change), ...change };
  if (change.limits !== undefined) return { ...withoutLimit(kept), ...change };
  if (Object.keys(ofOne(change)).length === 0) return kept;
  const { limits: _gone, ...one } = kept;
  return one as Given;
}

/** A burst is the bucket's: it goes with the algorithm. */
function withoutStaleBurst<Given extends LimiterOptions>(
  before: Given,
  { algorithm = 'token-bucket' }: LimiterOptions,
): Given {
  const { burst: _gone, ...rest } = before;
  return algorithm === 'token-bucket' ? before : (rest as Given);
}

function limitOrLimits(given: { readonly limits?: unknown }): ReturnType<Rule<unknown>> {
  if (given.limits === undefined) return undefined;
  const [beside] = Object.entries(ofOne(given));
  if (beside === undefined) return undefined;
  return { option: beside[0], rule: 'must be written as one of limits where these are given', value: beside[1] };
}

/** The options of a single limit, those that are given. */
function ofOne(given: object): LimitOptions {
  const entries = Object.entries(given).filter(
    ([option, value]) => limitOptions.names.includes(option) && value !== undefined,
  );
  return Object.fromEntries(entries);
}

function withoutLimit<Given extends LimiterOptions>(given: Given): Given {
  const entries = Object.entries(given).filter(([option]) => !limitOptions.names.includes(option));
  return Object.fromEntries(entries) as Given;
}

function parseWarmUp(given: Duration): number | undefined {
  const warmUp = parseDuration(given);
  return warmUp !== undefined && warmUp > 0 && warmUp < Number.POSITIVE_INFINITY ? warmUp : undefined;
}
