import {
  type BudgetChoice,
  budgetChoice,
  callback,
  count,
  type Duration,
  duration,
  type ErrorRules,
  flag,
  matchers,
  maybe,
  type Outcome,
  oneOf,
  optional,
  options,
  parseDuration,
  quantity,
  read,
  that,
} from '../../core/index.js';
import {
  type Backoff,
  type BackoffFunction,
  type BackoffName,
  backoffNames,
  type Jitter,
  jitterNames,
  parseJitter,
} from './backoff.js';

/** Rules of your own: whether an attempt is repeated, and after which wait. */
export interface RetryRules {
  /** Tells whether the outcome of that attempt is worth another one; our own refusals and results included. */
  shouldRetry(attempt: number, outcome: Outcome): boolean;
  /** The wait after that attempt, at most `maxDelay`; undefined leaves it to the backoff. A server that says when to come back is asked first. */
  delay(attempt: number, outcome: Outcome): Duration | undefined;
}

/** How a call is repeated after a failure. */
export interface RetryOptions extends Omit<ErrorRules, 'ignore'> {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** Attempts in all, the first call included; from 1 to 100. @default 3 */
  readonly maxAttempts?: number;
  /**
   * How the waits grow: by a rule, by a list (its last one repeats), or by a function of the attempt that failed, its error and the milliseconds
   * since the start (undefined: the exponential value). 'decorrelated' is AWS's: random between `delay` and three times the previous wait
   * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
   * @default 'exponential'
   */
  readonly backoff?: Backoff;
  /** The wait before the second attempt. @default '100ms' */
  readonly delay?: Duration;
  /** No wait is longer, jitter included. @default '30s' */
  readonly maxDelay?: Duration;
  /** What an exponential wait is multiplied with each time; at least 1. @default 2 */
  readonly multiplier?: number;
  /**
   * How waits are spread, so that callers do not come back together: 'full' (anywhere up to the wait), 'equal' (the upper half), 'none', a ratio
   * from 0 to 1 (that share up or down), or a duration with a unit (that much up or down). Ignored for 'decorrelated'.
   * @default 'full'
   */
  readonly jitter?: Jitter;
  /** Repeats a call whose result this accepts; when attempts run out, the last result is returned. */
  readonly whenResult?: (result: never) => boolean;
  /** No attempt starts at or after this time since the first one started. */
  readonly maxDuration?: Duration;
  /**
   * What to do when the error, or a result to be repeated, says when to come back (by `retryAfter` in milliseconds or a date, or by the
   * `Retry-After` of its HTTP answer; our own refusals do): 'giveUp' when that is above `maxDelay`, 'cap' to `maxDelay`, 'obey' however long, or
   * 'ignore'.
   * @default 'giveUp'
   */
  readonly retryAfter?: 'giveUp' | 'cap' | 'obey' | 'ignore';
  /**
   * What bounds the retries of a whole class, or of all that share its name, so that they do not multiply the load on a callee in trouble: `true` for
   * the budget of the class, `false` for none, the name of a shared one, or the options of one. Hedges take from it as well. A spent budget gives
   * the error of the attempt, and an event.
   * @default true: 0.2 of the calls of the last 10 s, and 10 per second besides
   */
  readonly budget?: BudgetChoice;
  /** Judges outcomes and chooses waits in place of `on`, `except`, `whenResult`, `backoff` and `jitter`. */
  readonly policy?: RetryRules;
  /** Retries even inside a call that is retried itself. @default false */
  readonly nested?: boolean;
  /** Told before each wait: the attempt that just failed, its error, and the wait in milliseconds. */
  readonly onRetry?: (retry: { readonly attempt: number; readonly error: unknown; readonly delay: number }) => void;
}

const backoffRule = `must be one of ${backoffNames.map((name) => `'${name}'`).join(', ')}, a list of durations, or a function`;
const jitterRule = `must be one of ${jitterNames.map((name) => `'${name}'`).join(', ')}, a ratio from 0 to 1, or a duration with a unit such as '50ms'`;

export const retryOptions = options<RetryOptions>()(
  '@Retry',
  {
    enabled: optional(flag(), true),
    maxAttempts: optional(count({ min: 1, max: 100 }), 3),
    backoff: optional(read(parseBackoff, backoffRule), 'exponential'),
    delay: optional(duration(), '100ms'),
    maxDelay: optional(duration(), '30s'),
    multiplier: optional(quantity({ min: 1 }), 2),
    jitter: optional(read(parseJitter, jitterRule), 'full'),
    on: matchers(),
    except: matchers(),
    whenResult: maybe(callback<(result: never) => boolean>()),
    maxDuration: maybe(duration()),
    retryAfter: optional(oneOf('giveUp', 'cap', 'obey', 'ignore'), 'giveUp'),
    budget: budgetChoice(),
    policy: maybe(
      that<RetryRules>(isRules, 'must have the methods shouldRetry(attempt, outcome) and delay(attempt, outcome)'),
    ),
    nested: optional(flag(), false),
    onRetry: maybe(callback<NonNullable<RetryOptions['onRetry']>>()),
  },
  ({ delay, maxDuration, backoff, policy }) =>
    maxDuration !== undefined && typeof backoff === 'string' && policy === undefined && delay > maxDuration
      ? {
          option: 'delay',
          rule: `must not be above maxDuration (${maxDuration} ms): no second attempt could ever start`,
          value: delay,
        }
      : undefined,
);

export type RetrySettings = ReturnType<typeof retryOptions.complete>;

function parseBackoff(backoff: Backoff): BackoffName | readonly number[] | BackoffFunction | undefined {
  if (typeof backoff === 'function') return backoff;
  if (typeof backoff === 'string') return backoffNames.find((name) => name === backoff);
  if (!Array.isArray(backoff) || backoff.length === 0) return undefined;
  const waits = backoff.map(parseDuration);
  return waits.every((wait) => wait !== undefined && Number.isFinite(wait)) ? (waits as number[]) : undefined;
}

function isRules(value: unknown): boolean {
  const { shouldRetry, delay } = Object(value) as Readonly<Record<string, unknown>>;
  return typeof shouldRetry === 'function' && typeof delay === 'function';
}
