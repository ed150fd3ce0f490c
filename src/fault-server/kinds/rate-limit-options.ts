import {
  count,
  type Duration,
  duration,
  listOf,
  maybe,
  oneOf,
  optional,
  options,
  required,
  that,
} from '../../core/index.js';

/** Tells a client its limits, by header fields. */
export interface RateLimitFields {
  /**
   * Which fields: `'ietf'` `RateLimit` and `RateLimit-Policy`, lists of named quotas, as draft-ietf-httpapi-ratelimit-headers has them since its version
   * 08; `'draft-07'` the same fields as dictionaries; `'draft-03'` a field for each number, `RateLimit-Limit`, `-Remaining` and `-Reset`; `'x'` those
   * with an `X-` in front. All but the first tell what is left of the first quota alone. @default 'ietf'
   */
  readonly form?: 'ietf' | 'draft-07' | 'draft-03' | 'x';
  /** With `'x'`: whether the reset is told in seconds from now or since 1970, both are usual. @default 'seconds' */
  readonly reset?: 'seconds' | 'epoch';
  readonly quotas: readonly RateLimitQuota[];
}

/** One limit, and what is left of it. */
export interface RateLimitQuota {
  /** @default 'default' */
  readonly name?: string;
  /** Requests in each window. */
  readonly limit: number;
  /** Requests that are left. @default 0 */
  readonly remaining?: number;
  /** When there will be more: told in whole seconds, rounded up. */
  readonly resetAfter?: Duration;
  /** How long a window lasts: told in whole seconds, rounded up. */
  readonly window?: Duration;
}

const mostNumber = 999_999_999_999_999; // of an integer in a structured field (RFC 9651, section 3.3.1)
const longest = 31_536_000_000;

/** A quota, complete: milliseconds. */
export type Quota = ReturnType<typeof quotaOptions.complete>;

const quotaOptions = options<RateLimitQuota>()('rateLimit', {
  name: optional(
    that<string>(
      (value) => typeof value === 'string' && /^[\x20-\x7e]{1,100}$/.test(value),
      'must be 1 to 100 printable ASCII characters',
    ),
    'default',
  ),
  limit: required(count({ max: mostNumber })),
  remaining: optional(count({ max: mostNumber }), 0),
  resetAfter: maybe(duration({ max: longest })),
  window: maybe(duration({ min: 1, max: longest })),
});

/** Checks and completes `RateLimitFields`. */
export const rateLimitOptions = options<RateLimitFields>()(
  'rateLimit',
  {
    form: optional(oneOf('ietf', 'draft-07', 'draft-03', 'x'), 'ietf'),
    reset: optional(oneOf('seconds', 'epoch'), 'seconds'),
    quotas: required(listOf(quotaOptions, { max: 10 })),
  },
  ({ form, reset }) =>
    reset === 'epoch' && form !== 'x'
      ? { option: 'reset', rule: "can be 'epoch' with form: 'x' only", value: reset }
      : undefined,
);
