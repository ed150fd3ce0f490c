import { type Bounds, type Call, type Instances, type Next, type Policy, priorityOf } from '../../core/index.js';
import type { Bulkhead } from './bulkhead.js';
import { BulkheadFullError } from './bulkhead-full-error.js';
import { BulkheadTimeoutError } from './bulkhead-timeout-error.js';
import { type BulkheadUse, givePriority, isPlain, weigh } from './bulkhead-use.js';
import { hold } from './hold.js';
import { rankOf } from './rank.js';

/** Lets a limited number of calls run at the same time; a slot is held until the method itself settles, whatever became of the call. */
export class BulkheadPolicy implements Policy {
  /** Calls that got a slot, found none and no room to wait, waited their longest, and lost their place in the queue. */
  readonly stats = { accepted: 0, rejected: 0, timedOut: 0, shed: 0 };
  readonly uses: string;
  readonly #instances: Instances<Bulkhead>;
  readonly #main: Bulkhead;
  readonly #use: BulkheadUse;

  constructor(instances: Instances<Bulkhead>, main: Bulkhead, use: BulkheadUse) {
    this.uses = instances.name;
    this.#instances = instances;
    this.#main = main;
    this.#use = use;
  }

  get summary(): string {
    const room = this.#main.room(this.#use.patience);
    const { maxWait = Number.POSITIVE_INFINITY } = this.#use.patience;
    if (room === 0) return this.#slots;
    return `${this.#slots}, ${room} may wait${maxWait === Number.POSITIVE_INFINITY ? '' : ` up to ${maxWait} ms`}`;
  }

  wrap(next: Next): Next {
    const { only } = this.#instances;
    if (only === undefined || !isPlain(this.#use)) return (call) => this.#choose(call, next);
    const { stats } = this;
    const { leave } = only;
    return (call) => {
      if (only.adaptation !== undefined) return this.#choose(call, next);
      if (!only.enter(1)) return this.#wait(only, 1, call, next);
      stats.accepted++;
      const outcome = next(call);
      outcome.then(leave, leave);
      return outcome;
    };
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    const { patience } = this.#use;
    const { maxWait = Number.POSITIVE_INFINITY } = patience;
    return { attempts, duration: this.#main.room(patience) === 0 ? duration : duration + maxWait };
  }

  get #slots(): string {
    const { limit, adaptation } = this.#main;
    if (adaptation === undefined) return `${limit} at a time`;
    const { algorithm, minLimit, maxLimit } = adaptation.settings;
    return `${limit} at a time now, found by ${algorithm} between ${minLimit} and ${maxLimit}`;
  }

  /** The same, where the bulkhead, the slots or the priority depend on the call, or where the bulkhead learns from it. */
  #choose(call: Call, next: Next): Promise<unknown> {
    try {
      const bulkhead = this.#instances.of(call);
      const weight = weigh(this.#use, call);
      givePriority(this.#use, call);
      return bulkhead.enter(weight)
        ? this.#run(bulkhead, weight, call, next)
        : this.#wait(bulkhead, weight, call, next);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #run(bulkhead: Bulkhead, weight: number, call: Call, next: Next): Promise<unknown> {
    this.stats.accepted++;
    return hold(bulkhead, weight, call, this.#use.judge, next);
  }

  #wait(bulkhead: Bulkhead, weight: number, call: Call, next: Next): Promise<unknown> {
    const demand = { weight, rank: rankOf(priorityOf(call)), patience: this.#use.patience };
    if (bulkhead.pass(demand)) return this.#run(bulkhead, weight, call, next);
    return bulkhead.wait(call, demand).then(() => {
      bulkhead.take(call, weight);
      return this.#run(bulkhead, weight, call, next);
    }, this.#refused);
  }

  /** Counts a refusal: hang it on a promise as it is. */
  readonly #refused = (error: unknown): never => {
    this.#count(error);
    throw error;
  };

  #count(error: unknown): void {
    if (error instanceof BulkheadTimeoutError) this.stats.timedOut++;
    else if (error instanceof BulkheadFullError && error.reason === 'shed') this.stats.shed++;
    else if (error instanceof BulkheadFullError) this.stats.rejected++;
  }
}
