import type { Channel, Clock, Events, Next, Outcome, Outcomes, RetryBudget } from '../../core/index.js';
import type { HedgeDelay } from './hedge-delay.js';
import type { HedgeJudge } from './hedge-judge.js';

/** Hedges by how they came out: each that was started is won, lost or failed in the end. */
export type HedgeStats = Record<'started' | 'won' | 'lost' | 'failed' | 'suppressed', number>;

/** What all hedged calls of one use have in common. */
export interface HedgeUse {
  readonly next: Next;
  readonly outcomes: Outcomes | undefined;
  readonly clock: Clock;
  readonly maxHedges: number;
  readonly delay: HedgeDelay;
  readonly judge: HedgeJudge;
  readonly budget: RetryBudget | undefined;
  /** The budget hears of first copies from here, and not from a Retry further out. */
  readonly feeds: boolean;
  readonly stats: HedgeStats;
  /** Gives back what a result holds that nobody will see, unless it is the very one that is kept. */
  readonly discard: (outcome: Outcome, kept: Outcome | undefined) => void;
  readonly started: Channel<Events['hedge.started']>;
  readonly won: Channel<Events['hedge.won']>;
}
