import { type AttemptResult, type Call, markCopy, timesUsedUp } from '../../core/index.js';
import type { HedgeUse } from './hedge-use.js';

/** One run of the method among those for the same call. */
export class Copy {
  readonly call: Call;
  /** 0 for the first, the hedges from 1. */
  readonly number: number;
  /** What it cost the budget; undefined for the first. */
  readonly taken: number | undefined;
  running = true;
  /** How often retries had been used up, of whatever call, when it started. */
  readonly usedUpBefore = timesUsedUp();

  constructor(whole: Call, number: number, taken: number | undefined) {
    this.call = whole.fork();
    this.call.interruptible = true; // whoever loses is ended
    this.number = number;
    if (number > 0) markCopy(this.call, number);
    this.taken = taken;
  }

  /** It is over, one way or another: the budget hears of it. */
  settle(result: AttemptResult, { budget, feeds }: HedgeUse): void {
    this.running = false;
    if (budget !== undefined && (this.number > 0 || feeds)) budget.settle(result, this.taken);
  }
}
