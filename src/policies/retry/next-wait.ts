import type { Services } from '../../core/index.js';
import { backoffDelay } from './backoff.js';
import type { GivenUp } from './retry-events.js';
import { type Outcome, type Repeatable, repeatable, retryAfterOf } from './retry-judge.js';
import type { RetrySettings } from './retry-options.js';
import type { Sequence } from './sequence.js';

/** Milliseconds before the next attempt, or why there is none. */
export type NextWait = number | GivenUp | 'value' | 'cancelled';

/** Decides after each attempt whether there is another, and when. */
export class NextWaits {
  readonly #settings: RetrySettings;
  readonly #services: Services;
  readonly #repeatable: Repeatable;

  constructor(settings: RetrySettings, services: Services) {
    this.#settings = settings;
    this.#services = services;
    this.#repeatable = repeatable(settings);
  }

  /** A function of the user that throws leaves the outcome what it is. */
  after(sequence: Sequence, outcome: Outcome): NextWait {
    if (sequence.call.ending) return 'cancelled';
    try {
      return this.#decide(sequence, outcome);
    } catch (fault) {
      this.#services.events.blame(fault, `${sequence.call.site} @Retry`);
      return outcome.ok ? 'value' : 'not_retryable';
    }
  }

  #decide(sequence: Sequence, outcome: Outcome): NextWait {
    const { call, attempt, startedAt, usedUpBefore } = sequence;
    const { maxAttempts, maxDuration } = this.#settings;
    if (!this.#repeatable(outcome, call, usedUpBefore)) return outcome.ok ? 'value' : 'not_retryable';
    if (attempt >= maxAttempts) return 'max_attempts';
    const now = this.#services.clock.now();
    const wait = this.#delay(sequence, outcome, now - startedAt);
    if (wait === undefined) return 'retry_after';
    if (maxDuration !== undefined && now + wait - startedAt >= maxDuration) return 'max_duration';
    return now + wait >= call.deadline ? 'deadline' : wait;
  }

  #delay({ attempt, previous }: Sequence, outcome: Outcome, elapsed: number): number | undefined {
    const { maxDelay, retryAfter } = this.#settings;
    const asked = retryAfter === 'ignore' ? undefined : retryAfterOf(outcome);
    if (asked !== undefined) {
      if (retryAfter === 'cap') return Math.min(asked, maxDelay);
      return retryAfter === 'giveUp' && asked > maxDelay ? undefined : asked;
    }
    const error = outcome.ok ? undefined : outcome.error;
    return backoffDelay(this.#settings, { attempt, error, elapsed, previous }, this.#services.random);
  }
}
