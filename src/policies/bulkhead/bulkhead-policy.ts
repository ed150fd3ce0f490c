import type { Bounds, Call, Instances, Next, Policy } from '../../core/index.js';
import type { Bulkhead } from './bulkhead.js';
import { BulkheadFullError } from './bulkhead-full-error.js';
import { BulkheadTimeoutError } from './bulkhead-timeout-error.js';
import type { Patience } from './patience.js';

/** Lets a limited number of calls run at the same time; a slot is held until the method itself settles, whatever became of the call. */
export class BulkheadPolicy implements Policy {
  /** Calls that got a slot, found none and no room to wait, and waited their longest. */
  readonly stats = { accepted: 0, rejected: 0, timedOut: 0 };
  readonly uses: string;
  readonly #instances: Instances<Bulkhead>;
  readonly #main: Bulkhead;
  readonly #patience: Patience;

  constructor(instances: Instances<Bulkhead>, main: Bulkhead, patience: Patience) {
    this.uses = instances.name;
    this.#instances = instances;
    this.#main = main;
    this.#patience = patience;
  }

  get summary(): string {
    const { limit } = this.#main;
    const room = this.#main.room(this.#patience);
    const { maxWait = Number.POSITIVE_INFINITY } = this.#patience;
    if (room === 0) return `${limit} at a time`;
    return `${limit} at a time, ${room} may wait${maxWait === Number.POSITIVE_INFINITY ? '' : ` up to ${maxWait} ms`}`;
  }

  wrap(next: Next): Next {
    const { only } = this.#instances;
    if (only === undefined) return (call) => this.#choose(call, next);
    const { stats } = this;
    const { leave } = only;
    return (call) => {
      if (!only.enter()) return this.#wait(only, call, next);
      stats.accepted++;
      const outcome = next(call);
      outcome.then(leave, leave);
      return outcome;
    };
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    const { maxWait = Number.POSITIVE_INFINITY } = this.#patience;
    return { attempts, duration: this.#main.room(this.#patience) === 0 ? duration : duration + maxWait };
  }

  /** The same, where the bulkhead depends on the call. */
  #choose(call: Call, next: Next): Promise<unknown> {
    try {
      const bulkhead = this.#instances.of(call);
      return bulkhead.enter() ? this.#run(bulkhead, call, next) : this.#wait(bulkhead, call, next);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #run(bulkhead: Bulkhead, call: Call, next: Next): Promise<unknown> {
    this.stats.accepted++;
    const outcome = next(call);
    outcome.then(bulkhead.leave, bulkhead.leave);
    return outcome;
  }

  async #wait(bulkhead: Bulkhead, call: Call, next: Next): Promise<unknown> {
    try {
      await bulkhead.wait(call, this.#patience);
    } catch (error) {
      if (error instanceof BulkheadFullError) this.stats.rejected++;
      if (error instanceof BulkheadTimeoutError) this.stats.timedOut++;
      throw error;
    }
    if (call.ending === undefined) return this.#run(bulkhead, call, next);
    bulkhead.leave(); // the slot came in the very moment in which the call ended
    throw call.ending.reason;
  }
}
