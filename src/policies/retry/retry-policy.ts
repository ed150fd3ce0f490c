import {
  type Bounds,
  type Call,
  type Clock,
  isRejected,
  type Next,
  noteFailure,
  noteUsedUp,
  type Outcomes,
  type Policy,
  resilienceInfo,
  type Services,
  timesUsedUp,
} from '../../core/index.js';
import type { GivenUp } from './retry-events.js';
import type { Outcome } from './retry-judge.js';
import type { RetrySettings } from './retry-options.js';
import { longestWait, type RepeatedCall, RetryTiming, type Stop } from './retry-timing.js';

/** Calls the method again after a failure, waiting longer each time. */
export class RetryPolicy implements Policy {
  readonly counts = true;
  /** Calls by how they came out, `retried.` or `plain.` before the result; and the attempts beyond the first. */
  readonly stats: Record<string, number> = { 'plain.value': 0, retries: 0, delayed: 0 };
  readonly #settings: RetrySettings;
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #timing: RetryTiming;

  constructor(settings: RetrySettings, services: Services) {
    this.#settings = settings;
    this.#services = services;
    this.#clock = services.clock;
    this.#timing = new RetryTiming(settings, services);
  }

  get summary(): string {
    return `up to ${this.#settings.maxAttempts} attempts`;
  }

  wrap(next: Next, outcomes?: Outcomes): Next {
    const clock = this.#clock;
    const { maxAttempts, nested, whenResult } = this.#settings;
    const { stats } = this;
    const accept = (value: unknown) => {
      stats['plain.value'] = (stats['plain.value'] as number) + 1;
      return outcomes === undefined ? value : outcomes.succeeded(value);
    };
    const counted = (outcome: Promise<unknown>, call: Call) =>
      outcomes === undefined ? outcome : outcomes.of(outcome, call);
    return (call) => {
      if (call.retrying && !nested) return counted(this.#standBack(call, next), call);
      const startedAt = clock.coarse();
      const usedUp = timesUsedUp();
      if (maxAttempts > 1) call.retrying = true;
      const judge = (error: unknown) =>
        counted(this.#repeat(call, next, startedAt, usedUp, { ok: false, error }), call);
      if (whenResult === undefined) return next(call).then(accept, judge);
      const look = (value: unknown) => counted(this.#repeat(call, next, startedAt, usedUp, { ok: true, value }), call);
      return next(call).then(look, judge);
    };
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    const { maxAttempts, maxDuration } = this.#settings;
    let waits = 0;
    for (let attempt = 1; attempt < maxAttempts; attempt++) waits += longestWait(this.#settings, attempt);
    const all = duration * maxAttempts + waits;
    const longest = maxDuration === undefined || maxAttempts === 1 ? all : Math.min(all, maxDuration + duration);
    return { attempts: attempts * maxAttempts, duration: longest };
  }

  /** A layer further out repeats this call: one layer retries, or attempts would multiply. */
  #standBack(call: Call, next: Next): Promise<unknown> {
    return next(call).catch((error) => {
      const known = resilienceInfo(error);
      noteFailure(error, {
        attempts: 1,
        elapsed: 0,
        exhausted: false,
        ...known,
        nestedRetries: (known?.nestedRetries ?? 0) + 1,
      });
      throw error;
    });
  }

  async #repeat(call: Call, next: Next, startedAt: number, usedUpBefore: number, first: Outcome): Promise<unknown> {
    const sequence: RepeatedCall = {
      call,
      startedAt,
      attempt: 1,
      usedUpBefore,
      previous: this.#settings.delay,
      lastRefusal: undefined,
    };
    let outcome = first;
    for (;;) {
      if (!outcome.ok && isRejected(outcome.error)) sequence.lastRefusal = outcome.error;
      const wait = this.#timing.next(sequence, outcome);
      if (typeof wait !== 'number') return this.#finish(sequence, outcome, wait);
      this.#announce(sequence, outcome, wait);
      await this.#sleep(sequence, wait);
      sequence.usedUpBefore = timesUsedUp();
      outcome = await this.#attempt(call.fork(++sequence.attempt), next);
    }
  }

  async #attempt(call: Call, next: Next): Promise<Outcome> {
    try {
      return { ok: true, value: await next(call) };
    } catch (error) {
      return { ok: false, error };
    } finally {
      call.release();
    }
  }

  #announce(sequence: RepeatedCall, outcome: Outcome, delay: number): void {
    const { call, attempt } = sequence;
    const error = outcome.ok ? undefined : outcome.error;
    const { events } = this.#services;
    sequence.previous = delay;
    this.#count('retries');
    events.emit('retry.scheduled', { site: call.site, attempt, delay, error });
    if (this.#settings.onRetry) events.tell(this.#settings.onRetry, { attempt, error, delay }, `${call.site} onRetry`);
  }

  async #sleep({ call }: RepeatedCall, wait: number): Promise<void> {
    try {
      await this.#clock.sleep(wait, call);
      if (call.halt) throw call.halt.reason; // it came between the end of the wait and now
    } catch (reason) {
      this.#count('retried.cancelled');
      throw reason;
    }
    this.stats.delayed = (this.stats.delayed as number) + wait;
    if (call.report) call.report.delayed += wait;
  }

  #finish(sequence: RepeatedCall, outcome: Outcome, why: Stop): unknown {
    this.#count(`${sequence.attempt > 1 ? 'retried' : 'plain'}.${why}`);
    if (outcome.ok && why === 'value') return outcome.value;
    const usedUp = why !== 'value' && why !== 'cancelled' && why !== 'not_retryable';
    if (usedUp) this.#exhausted(sequence, outcome, why);
    if (outcome.ok) return outcome.value;
    this.#note(sequence, outcome.error, usedUp);
    throw outcome.error;
  }

  #count(what: string): void {
    this.stats[what] = (this.stats[what] ?? 0) + 1;
  }

  #exhausted({ call, attempt }: RepeatedCall, outcome: Outcome, reason: GivenUp): void {
    const error = outcome.ok ? undefined : outcome.error;
    this.#services.events.emit('retry.exhausted', { site: call.site, attempt, error, reason });
  }

  #note({ attempt, startedAt, lastRefusal }: RepeatedCall, error: unknown, exhausted: boolean): void {
    const nestedRetries = resilienceInfo(error)?.nestedRetries ?? 0;
    const elapsed = this.#clock.now() - startedAt;
    const usedUp = exhausted && attempt > 1;
    noteFailure(error, {
      attempts: attempt,
      elapsed,
      nestedRetries,
      exhausted: usedUp,
      ...(lastRefusal && { lastRefusal }),
    });
    if (usedUp) noteUsedUp(error);
  }
}
