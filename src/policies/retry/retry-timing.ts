import {
  type Call,
  type Clock,
  type EventBus,
  type Outcome,
  type Random,
  retryAfterOf,
  type Services,
} from '../../core/index.js';
import { backoffDelay, chosenDelay, longestDelay } from './backoff.js';
import type { DelayReason, GivenUp } from './retry-events.js';
import { type Repeatable, repeatable } from './retry-judge.js';
import type { RetrySettings } from './retry-options.js';

/** How far the repetition of one call has come. */
export interface Progress {
  /** The part of the call that was the attempt which just came out. */
  readonly part: Call;
  readonly startedAt: number;
  /** How often retries had been used up, of whatever call, when that attempt started. */
  readonly usedUpBefore: number;
  /** The wait before it. */
  readonly previous: number;
}

/** The wait before the next attempt, and who asked for it. */
export interface Wait {
  readonly delay: number;
  readonly reason: DelayReason;
}

/** Why there is no further attempt. */
export type Stop = GivenUp | 'budget_exhausted' | 'not_retryable' | 'value' | 'cancelled';

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

  /** The wait before the next attempt, or why there is none. A function of the user that throws leaves the outcome as it is. */
  next(progress: Progress, outcome: Outcome): Wait | Stop {
    const { part } = progress;
    if (part.halt) return 'cancelled';
    try {
      return this.#decide(progress, outcome);
    } catch (fault) {
      this.#events.blame(fault, `${part.site} @Retry`);
      return outcome.ok ? 'value' : 'not_retryable';
    }
  }

  #decide(progress: Progress, outcome: Outcome): Wait | Stop {
    const { part, startedAt, usedUpBefore } = progress;
    const { maxAttempts, maxDuration } = this.#settings;
    if (!this.#repeatable(outcome, part, usedUpBefore)) return outcome.ok ? 'value' : 'not_retryable';
    if (part.attempt >= maxAttempts) return 'max_attempts';
    const now = this.#clock.now();
    const wait = this.#wait(progress, outcome, now - startedAt);
    if (wait === undefined) return 'retry_after';
    const resumed = now + wait.delay;
    if (maxDuration !== undefined && resumed - startedAt >= maxDuration) return 'max_duration';
    return resumed >= part.deadline ? 'deadline' : wait;
  }

  #wait(progress: Progress, outcome: Outcome, elapsed: number): Wait | undefined {
    const { maxDelay, retryAfter } = this.#settings;
    const told = retryAfter === 'ignore' ? undefined : this.#told(outcome);
    if (told === undefined) return { delay: this.#computed(progress, outcome, elapsed), reason: 'computed' };
    if (retryAfter === 'giveUp' && told > maxDelay) return undefined;
    return { delay: retryAfter === 'cap' ? Math.min(told, maxDelay) : told, reason: 'retry_after' };
  }

  /** When the callee, or a refusal of ours, says to come back. */
  #told(outcome: Outcome): number | undefined {
    return retryAfterOf(outcome.ok ? outcome.value : outcome.error, this.#clock.wallNow());
  }

  #computed({ part: { attempt }, previous }: Progress, outcome: Outcome, elapsed: number): number {
    const { policy, maxDelay } = this.#settings;
    const chosen = policy?.delay(attempt, outcome);
    if (chosen !== undefined) return Math.min(chosenDelay(chosen, 'policy.delay'), maxDelay);
    const error = outcome.ok ? undefined : outcome.error;
    return backoffDelay(this.#settings, { attempt, error, elapsed, previous }, this.#random);
  }
}

/** The longest wait that can come before the next attempt: the callee may ask for more than the backoff. */
export function longestWait(settings: RetrySettings, attempt: number): number {
  const { retryAfter, maxDelay, policy } = settings;
  if (retryAfter === 'obey') return Number.POSITIVE_INFINITY;
  return retryAfter === 'ignore' && policy === undefined ? longestDelay(settings, attempt) : maxDelay;
}
