import type { Clock } from '../clock.js';
import type { EventBus } from '../events.js';
import type { ExtraKind } from './budget-events.js';
import { type BudgetSettings, ruleOf } from './budget-options.js';
import { InFlightReserve } from './in-flight-reserve.js';
import { QuotaReserve } from './quota-reserve.js';
import { RatioReserve } from './ratio-reserve.js';
import type { AttemptResult, Reserve } from './reserve.js';
import { TokenReserve } from './token-reserve.js';

/** What a budget is asked for on behalf of. */
export interface ExtraAttempt {
  /** The protected method, `Class.method`. */
  readonly site: string;
  readonly kind: ExtraKind;
  /** What the attempt before came to; undefined where it is still under way, or came to a result. */
  readonly error: unknown;
}

/** How a budget stands. */
export interface RetryBudgetStats {
  /** What is left: extra attempts by ratio or in flight, the stock of a quota, or tokens. */
  readonly balance: number;
  /** Extra attempts that were granted, by what they are. */
  readonly granted: Readonly<Record<ExtraKind, number>>;
  /** Extra attempts that were not made because it was spent. */
  readonly exhausted: Readonly<Record<ExtraKind, number>>;
}

/**
 * Bounds the attempts that retries and hedges add to the load, together: an overloaded callee must not be called several times as often because
 * it is overloaded.
 */
export class RetryBudget {
  readonly name: string;
  readonly #clock: Clock;
  readonly #events: EventBus;
  readonly #granted = { retry: 0, hedge: 0 };
  readonly #exhausted = { retry: 0, hedge: 0 };
  readonly #feeders = new Map<string, ExtraKind>();
  #reserve: Reserve;

  constructor(
    name: string,
    settings: BudgetSettings,
    { clock, events }: { readonly clock: Clock; readonly events: EventBus },
  ) {
    this.name = name;
    this.#clock = clock;
    this.#events = events;
    this.#reserve = reserveOf(settings, clock.now());
  }

  get stats(): RetryBudgetStats {
    return {
      balance: this.#reserve.balance(this.#clock.now()),
      granted: { ...this.#granted },
      exhausted: { ...this.#exhausted },
    };
  }

  /** What it grants, in a few words. */
  get summary(): string {
    return this.#reserve.summary;
  }

  /**
   * Says which policy of a method tells of its calls. Where Retry and Hedge stand on one method, Retry does, for it sees each call once:
   * the answer is known once all policies of the method are made.
   */
  feed(site: string, kind: ExtraKind): () => boolean {
    if (this.#feeders.get(site) !== 'retry') this.#feeders.set(site, kind);
    return () => this.#feeders.get(site) === kind;
  }

  /** A call begins; `now` may be as coarse as the present turn. */
  begin(now: number): void {
    this.#reserve.begin(now);
  }

  /** Takes what an extra attempt costs; undefined, and an event, when it is spent. */
  take(attempt: ExtraAttempt): number | undefined {
    const { site, kind, error } = attempt;
    const taken = this.#reserve.take(this.#clock.now(), error);
    if (taken !== undefined) {
      this.#granted[kind]++;
      return taken;
    }
    this.#exhausted[kind]++;
    this.#events.emit('retry.budgetSpent', { site, budget: this.name, kind, error });
    return undefined;
  }

  /** An attempt is over; `taken` is what was taken for it, undefined for a first one. */
  settle(result: AttemptResult, taken?: number): void {
    this.#reserve.settle(result, taken);
  }

  /** Takes other settings, and begins anew. */
  change(settings: BudgetSettings): void {
    this.#reserve = reserveOf(settings, this.#clock.now());
  }
}

function reserveOf(settings: BudgetSettings, now: number): Reserve {
  const complete = settings as Required<{ [Option in keyof BudgetSettings]: NonNullable<BudgetSettings[Option]> }>;
  switch (ruleOf(settings)) {
    case 'ratio':
      return new RatioReserve(complete, now);
    case 'inFlight':
      return new InFlightReserve(complete);
    case 'quota':
      return new QuotaReserve(complete);
    case 'tokens':
      return new TokenReserve(complete);
  }
}
