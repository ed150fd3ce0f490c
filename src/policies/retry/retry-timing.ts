import type { Call, Clock, EventBus, Random, RejectedError, Services } from '../../core/index.js';
import { backoffDelay, longestDelay } from './backoff.js';
import type { GivenUp } from './retry-events.js';
import { type Outcome, type Repeatable, repeatable, retryAfterOf } from './retry-judge.js';
import type { RetrySettings } from './retry-options.js';

/** One call that is being repeated. */
export interface RepeatedCall {
  readonly call: Call;
  readonly startedAt: number;
  /** The attempt that just came out. */
  attempt: number;
  /** How often retries had been used up, of whatever call, when that attempt started. */
  usedUpBefore: number;
  /** The wait before it. */
  previous: number;
  lastRefusal: RejectedError | undefined;
}

/** Why there is no further attempt. */
export type Stop = GivenUp | 'not_retryable' | 'value' | 'cancelled';

/** Decides whether a call is tried once more, and when. */
export class RetryTiming {
  readonly #settings: RetrySettings;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: EventBus;
  readonly #repeatable: Repeatable;

  constructor(settings: RetrySettings, { clock, random, events }: Pick<Services, 'clock' | 'random' | 'events'>) {
    this.#settings = settings;
    this.#clock = clock;
    this.#random = random;
    this.#events = events;
    this.#repeatable = repeatable(settings);
  }

  /** The milliseconds to wait before the next attempt, or why there is none. A function of the user that throws leaves the outcome as it is. */
  next(repeated: RepeatedCall, outcome: Outcome): number | Stop {
    const { call } = repeated;
    if (call.ending) return 'cancelled';
    try {
      return this.#decide(repeated, outcome);
    } catch (fault) {
      this.#events.blame(fault, `${call.site} @Retry`);
      return outcome.ok ? 'value' : 'not_retryable';
    }
  }

  #decide(repeated: RepeatedCall, outcome: Outcome): number | Stop {
    const { call, attempt, startedAt, usedUpBefore } = repeated;
    const { maxAttempts, maxDuration } = this.#settings;
    if (!this.#repeatable(outcome, call, usedUpBefore)) return outcome.ok ? 'value' : 'not_retryable';
    if (attempt >= maxAttempts) return 'max_attempts';
    const now = this.#clock.now();
    const wait = this.#delay(repeated, outcome, now - startedAt);
    if (wait === undefined) return 'retry_after';
    if (maxDuration !== undefined && now + wait - startedAt >= maxDuration) return 'max_duration';
    return now + wait >= call.deadline ? 'deadline' : wait;
  }

  #delay({ attempt, previous }: RepeatedCall, outcome: Outcome, elapsed: number): number | undefined {
    const { maxDelay, retryAfter } = this.#settings;
    const asked = retryAfter === 'ignore' ? undefined : retryAfterOf(outcome);
    if (asked === undefined) {
      const error = outcome.ok ? undefined : outcome.error;
      return backoffDelay(this.#settings, { attempt, error, elapsed, previous }, this.#random);
    }
    if (retryAfter === 'cap') return Math.min(asked, maxDelay);
    return retryAfter === 'giveUp' && asked > maxDelay ? undefined : asked;
  }
}

/** The longest wait that can come before the next attempt: the callee may ask for more than the backoff. */
export function longestWait(settings: RetrySettings, attempt: number): number {
  const { retryAfter, maxDelay } = settings;
  if (retryAfter === 'obey') return Number.POSITIVE_INFINITY;
  return retryAfter === 'ignore' ? longestDelay(settings, attempt) : maxDelay;
}
