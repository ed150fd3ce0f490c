import {
  count,
  type Duration,
  durationRule,
  maybe,
  oneOf,
  optional,
  options,
  parseDuration,
  type Rule,
  read,
  required,
} from '../../core/index.js';
import type { Algorithm, Limit } from './meters.js';

/** One limit. */
export interface LimitOptions {
  /** Permits per period; must be known for each limiter. */
  readonly limit?: number;
  /** The period. @default '1s' */
  readonly per?: Duration;
  /**
   * How permits are counted: 'token-bucket' regains them evenly and lets bursts through (the generic cell rate algorithm, https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm);
   * 'sliding-window' never gives more than `limit` in any stretch of `per`; 'fixed-window' has all of them anew in each period, the first of which starts
   * with the first use; 'smooth' has one more every `per / limit` on a grid that starts with the first use, keeps unspent ones up to `limit`, and starts
   * with one (the smooth window of SmallRye Fault Tolerance, akin to the pacing of Sentinel).
   * @default 'token-bucket'
   */
  readonly algorithm?: Algorithm;
  /** The most permits at once, for a token bucket. @default limit */
  readonly burst?: number;
}

/** How each of them is checked. */
export const limitChecks = {
  limit: count({ min: 1 }),
  per: read(parsePeriod, `must be a finite duration of at least 1 ms (${durationRule})`),
  algorithm: oneOf('token-bucket', 'sliding-window', 'fixed-window', 'smooth'),
  burst: count({ min: 1 }),
} as const;

/** One limit as it stands in a list. */
export const limitOptions = options<LimitOptions>()(
  '@RateLimit',
  {
    limit: required(limitChecks.limit),
    per: optional(limitChecks.per, '1s'),
    algorithm: optional(limitChecks.algorithm, 'token-bucket'),
    burst: maybe(limitChecks.burst),
  },
  burstIsForBuckets,
);

interface LimitSettings extends Omit<Limit, 'burst'> {
  readonly burst: number | undefined;
}

/** The terms of a limit whose options are complete. */
export function limitOf({ limit, per, algorithm, burst = limit }: LimitSettings): Limit {
  return { limit, per, algorithm, burst };
}

function burstIsForBuckets({ algorithm, burst }: LimitSettings): ReturnType<Rule<LimitSettings>> {
  if (burst === undefined || algorithm === 'token-bucket') return undefined;
  const why = algorithm === 'smooth' ? 'up to limit are kept' : 'all of limit may come at once';
  return { option: 'burst', rule: `is for a token bucket; with '${algorithm}' ${why}`, value: burst };
}

function parsePeriod(given: Duration): number | undefined {
  const period = parseDuration(given);
  return period !== undefined && period >= 1 && period < Number.POSITIVE_INFINITY ? period : undefined;
}
