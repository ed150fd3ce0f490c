import type { Call, Outcomes } from '../core/index.js';
import { countError } from './error-count.js';
import type { AttemptCount } from './invoke.js';

/** The counters of one method. */
export interface CallStats extends AttemptCount {
  calls: number;
  successes: number;
  failures: number;
  /** Calls whose caller left, or that were ended from outside. */
  cancelled: number;
  /** Failures by the code or name of their error. */
  readonly errors: Map<string, number>;
}

/** Counts what became of the calls of one method, once for each. */
export class CountedOutcomes implements Outcomes {
  /** Called when a call settles while the runtime is being disposed. */
  onSettled: (() => void) | undefined = undefined;
  readonly #stats: CallStats;
  readonly succeeded: (value: unknown) => unknown;

  constructor(stats: CallStats) {
    this.#stats = stats;
    this.succeeded = (value) => {
      stats.successes++;
      if (this.onSettled !== undefined) this.onSettled();
      return value;
    };
  }

  failed(error: unknown, call: Call | undefined): void {
    const stats = this.#stats;
    if (call?.ending === undefined) {
      stats.failures++;
      countError(stats.errors, error);
    } else stats.cancelled++;
    if (this.onSettled !== undefined) this.onSettled();
  }

  of(outcome: Promise<unknown>, call: Call): Promise<unknown> {
    return outcome.then(this.succeeded, (error) => {
      this.failed(error, call);
      throw error;
    });
  }
}
