import {
  type Bounds,
  discard,
  type Next,
  type Outcome,
  type Outcomes,
  type Policy,
  type RetryBudget,
  type Services,
  type Site,
} from '../../core/index.js';
import { type HedgeDelay, hedgeDelay } from './hedge-delay.js';
import { HedgeJudge } from './hedge-judge.js';
import type { HedgeSettings } from './hedge-options.js';
import type { HedgeStats, HedgeUse } from './hedge-use.js';
import { HedgedCall } from './hedged-call.js';

/** Starts a copy of a call that takes long, or has failed, and gives the first answer. */
export class HedgePolicy implements Policy {
  readonly counts = true;
  /**
   * Hedges that were started, and how they came out: they gave the answer (`won`), were outrun or ended with their call (`lost`), or failed.
   * `suppressed` were not made, because the budget was spent or something further in refused them.
   */
  readonly stats: HedgeStats = { started: 0, won: 0, lost: 0, failed: 0, suppressed: 0 };
  readonly #settings: HedgeSettings;
  readonly #site: string;
  readonly #services: Services;
  readonly #budget: RetryBudget | undefined;
  readonly #feeds: (() => boolean) | undefined;
  readonly #delay: HedgeDelay;
  readonly #judge: HedgeJudge;

  constructor(settings: HedgeSettings, budget: RetryBudget | undefined, { name }: Site, services: Services) {
    this.#settings = settings;
    this.#site = name;
    this.#services = services;
    this.#budget = budget;
    this.#feeds = budget?.feed(name, 'hedge');
    this.#delay = hedgeDelay(settings.delay, services.clock);
    this.#judge = new HedgeJudge(settings, services.events);
  }

  get summary(): string {
    const { maxHedges } = this.#settings;
    return `${maxHedges === 1 ? 'a copy' : `up to ${maxHedges} copies, each`} after ${this.#delay.summary}`;
  }

  get uses(): string | undefined {
    return this.#budget?.name;
  }

  wrap(next: Next, outcomes?: Outcomes): Next {
    const use = this.#use(next, outcomes);
    return (call) => new Promise((resolve, reject) => new HedgedCall(use, call, resolve, reject).start());
  }

  /** A copy starts at the latest when the one before has taken its delay, or all its time. */
  bounds({ attempts, duration }: Bounds): Bounds {
    const { maxHedges } = this.#settings;
    const apart = Math.min(this.#delay.longest, duration);
    return { attempts: attempts * (1 + maxHedges), duration: duration + maxHedges * apart };
  }

  #use(next: Next, outcomes: Outcomes | undefined): HedgeUse {
    const { clock, events } = this.#services;
    return {
      next,
      outcomes,
      clock,
      maxHedges: this.#settings.maxHedges,
      delay: this.#delay,
      judge: this.#judge,
      budget: this.#budget,
      feeds: this.#feeds?.() ?? false,
      stats: this.stats,
      discard: (outcome, kept) => this.#discard(outcome, kept),
      started: events.channel('hedge.started'),
      won: events.channel('hedge.won'),
    };
  }

  #discard(outcome: Outcome, kept: Outcome | undefined): void {
    if (!outcome.ok || (kept?.ok && kept.value === outcome.value)) return;
    discard(outcome.value, this.#services.clock, (fault) =>
      this.#services.events.blame(fault, `${this.#site} discarded result`),
    );
  }
}
