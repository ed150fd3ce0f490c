import {
  type Bounds,
  type Call,
  isNoted,
  type Next,
  note,
  noteFailure,
  type Outcome,
  type Outcomes,
  type Policy,
  type RetryBudget,
  resilienceInfo,
  retriedMark,
  type Services,
  timesUsedUp,
} from '../../core/index.js';
import { Repetition, type RetryUse } from './repetition.js';
import type { RetrySettings } from './retry-options.js';
import { longestWait, RetryTiming } from './retry-timing.js';
import { noteStandBack } from './stand-backs.js';

/** Calls the method again after a failure, waiting longer each time. */
export class RetryPolicy implements Policy {
  readonly counts = true;
  /** Calls by how they came out, `retried.` or `plain.` before the result; the attempts beyond the first, and the milliseconds waited for them. */
  readonly stats: Record<string, number> = { 'plain.value': 0, retries: 0, delayed: 0 };
  readonly #settings: RetrySettings;
  readonly #budget: RetryBudget | undefined;
  readonly #use: RetryUse;

  constructor(settings: RetrySettings, budget: RetryBudget | undefined, services: Services) {
    this.#settings = settings;
    this.#budget = budget;
    this.#use = { settings, services, budget, stats: this.stats, timing: new RetryTiming(settings, services) };
  }

  get summary(): string {
    return `up to ${this.#settings.maxAttempts} attempts${this.#budget === undefined ? '' : ' within the budget'}`;
  }

  get uses(): string | undefined {
    return this.#budget?.name;
  }

  wrap(next: Next, outcomes?: Outcomes): Next {
    const { clock } = this.#use.services;
    const { maxAttempts, nested, whenResult, policy } = this.#settings;
    const { stats } = this;
    const budget = this.#budget;
    const accept = (value: unknown) => {
      stats['plain.value'] = (stats['plain.value'] as number) + 1;
      if (budget !== undefined) budget.settle('success');
      return outcomes === undefined ? value : outcomes.succeeded(value);
    };
    const counted = (outcome: Promise<unknown>, call: Call) =>
      outcomes === undefined ? outcome : outcomes.of(outcome, call);
    const repeat = (call: Call, startedAt: number, usedUpBefore: number, first: Outcome) =>
      counted(new Repetition(this.#use, call, next, { startedAt, usedUpBefore }).run(first), call);
    return (call) => {
      const startedAt = clock.coarse();
      if (budget !== undefined) budget.begin(startedAt);
      if (isNoted(call, retriedMark) && !nested) return counted(this.#standBack(call, next), call);
      const usedUp = timesUsedUp();
      if (maxAttempts > 1) note(call, retriedMark, true);
      const judge = (error: unknown) => repeat(call, startedAt, usedUp, { ok: false, error });
      if (whenResult === undefined && policy === undefined) return next(call).then(accept, judge);
      return next(call).then((value) => repeat(call, startedAt, usedUp, { ok: true, value }), judge);
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
    return next(call).then(
      (value) => {
        this.#budget?.settle('success');
        return value;
      },
      (error) => {
        this.#budget?.settle('neutral'); // whoever repeats it judges it
        const known = resilienceInfo(error);
        noteStandBack(call);
        noteFailure(error, { attempts: 1, elapsed: 0, exhausted: false, nestedRetries: 1, ...known });
        throw error;
      },
    );
  }
}
