import {
  type Call,
  discard,
  type Ending,
  isRejected,
  type Next,
  noteFailure,
  noteUsedUp,
  type Outcome,
  type RejectedError,
  type RetryBudget,
  type Services,
  timesUsedUp,
} from '../../core/index.js';
import type { RetrySettings } from './retry-options.js';
import type { Progress, RetryTiming, Stop, Wait } from './retry-timing.js';
import { standBacksWithin } from './stand-backs.js';

/** What all repetitions of one use of Retry have in common. */
export interface RetryUse {
  readonly settings: RetrySettings;
  readonly services: Services;
  readonly timing: RetryTiming;
  readonly budget: RetryBudget | undefined;
  readonly stats: Record<string, number>;
}

/** When the first attempt of a call started, and how often retries had been used up by then. */
export type Start = Pick<Progress, 'startedAt' | 'usedUpBefore'>;

/** One call that did not come out well at once, and is being repeated. */
export class Repetition implements Progress {
  readonly #use: RetryUse;
  readonly #call: Call;
  readonly #next: Next;
  readonly startedAt: number;
  part: Call;
  usedUpBefore: number;
  previous: number;
  #lastRefusal: RejectedError | undefined;
  /** What the present attempt has cost the budget; nothing for the first. */
  #taken: number | undefined;
  #noted = false;

  constructor(use: RetryUse, call: Call, next: Next, { startedAt, usedUpBefore }: Start) {
    this.#use = use;
    this.#call = call;
    this.#next = next;
    this.startedAt = startedAt;
    this.part = call;
    this.usedUpBefore = usedUpBefore;
    this.previous = use.settings.delay;
  }

  /** Tries until an attempt comes out well, or no further one is allowed. */
  async run(first: Outcome): Promise<unknown> {
    const stop = this.#call.ending === undefined ? this.#call.watch((ending) => this.#ended(ending)) : undefined;
    try {
      return await this.#repeat(first);
    } finally {
      stop?.();
    }
  }

  async #repeat(first: Outcome): Promise<unknown> {
    let outcome = first;
    for (;;) {
      if (!outcome.ok && isRejected(outcome.error)) this.#lastRefusal = outcome.error;
      const wait = this.#decide(outcome);
      if (this.part !== this.#call) this.part.release();
      if (typeof wait === 'string') return this.#finish(outcome, wait);
      this.#announce(outcome, wait);
      await this.#sleep(wait.delay);
      outcome = await this.#attempt();
    }
  }

  /** Those further out see its end in the same tick: what is known of it must be there by then. */
  #ended({ reason, timedOut }: Ending): void {
    this.#noted = true;
    this.#note(reason, timedOut && this.part.attempt > 1); // its time is used up: no layer further out may begin anew
  }

  #decide(outcome: Outcome): Wait | Stop {
    const { timing, budget } = this.#use;
    const wait = timing.next(this, outcome);
    if (budget === undefined) return wait;
    budget.settle(resultOf(wait), this.#taken);
    if (typeof wait === 'string') return wait;
    this.#taken = budget.take({ site: this.part.site, kind: 'retry', error: errorOf(outcome) });
    return this.#taken === undefined ? 'budget_exhausted' : wait;
  }

  #announce(outcome: Outcome, { delay, reason }: Wait): void {
    const { settings, services } = this.#use;
    const { site, attempt } = this.part;
    const error = errorOf(outcome);
    this.previous = delay;
    this.#count('retries');
    services.events.emit('retry.scheduled', { site, attempt, delay, reason, error });
    if (settings.onRetry) services.events.tell(settings.onRetry, { attempt, error, delay }, `${site} onRetry`);
    if (outcome.ok)
      discard(outcome.value, services.clock, (fault) => services.events.blame(fault, `${site} discarded result`));
  }

  async #sleep(delay: number): Promise<void> {
    const call = this.#call;
    try {
      await this.#use.services.clock.sleep(delay, call);
      if (call.halt) throw call.halt.reason; // it came between the end of the wait and now
    } catch (reason) {
      this.#use.budget?.settle('neutral', this.#taken);
      this.#count('retried.cancelled');
      throw reason;
    }
    this.#count('delayed', delay);
    if (call.report) call.report.delayed += delay;
  }

  async #attempt(): Promise<Outcome> {
    this.usedUpBefore = timesUsedUp();
    this.part = this.#call.fork(this.part.attempt + 1);
    try {
      return { ok: true, value: await this.#next(this.part) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  #finish(outcome: Outcome, why: Stop): unknown {
    this.#count(`${this.part.attempt > 1 ? 'retried' : 'plain'}.${why}`);
    const usedUp = why !== 'value' && why !== 'cancelled' && why !== 'not_retryable';
    if (usedUp && why !== 'budget_exhausted') {
      const { site, attempt } = this.part;
      this.#use.services.events.emit('retry.exhausted', { site, attempt, error: errorOf(outcome), reason: why });
    }
    if (outcome.ok) return outcome.value;
    if (!this.#noted) this.#note(outcome.error, usedUp && this.part.attempt > 1);
    throw outcome.error;
  }

  #note(error: unknown, exhausted: boolean): void {
    const lastRefusal = this.#lastRefusal;
    noteFailure(error, {
      attempts: this.part.attempt,
      elapsed: this.#use.services.clock.now() - this.startedAt,
      nestedRetries: standBacksWithin(this.#call),
      exhausted,
      ...(lastRefusal && { lastRefusal }),
    });
    if (exhausted) noteUsedUp(error, this.#use.settings);
  }

  #count(what: string, by = 1): void {
    const { stats } = this.#use;
    stats[what] = (stats[what] ?? 0) + by;
  }
}

function errorOf(outcome: Outcome): unknown {
  return outcome.ok ? undefined : outcome.error;
}

/** What an outcome is for a budget: a failure where a further attempt was wanted. */
function resultOf(wait: Wait | Stop): 'success' | 'failure' | 'neutral' {
  if (wait === 'value') return 'success';
  return wait === 'not_retryable' || wait === 'cancelled' ? 'neutral' : 'failure';
}
