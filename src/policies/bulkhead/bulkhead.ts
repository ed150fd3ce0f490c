import type { Call, CallOrigin, Channel, Clock, Events, Services } from '../../core/index.js';
import { type ExecuteOptions, execute, type Work } from './bulkhead-execution.js';
import { BulkheadFullError } from './bulkhead-full-error.js';
import { type BulkheadSizes, bulkheadSizes } from './bulkhead-options.js';
import type { BulkheadStats } from './bulkhead-stats.js';
import { BulkheadTimeoutError } from './bulkhead-timeout-error.js';
import type { Patience } from './patience.js';
import { SlotWait, type WaitingRoom } from './slot-wait.js';
import { Slots } from './slots.js';

/** What a bulkhead needs of the world. */
export type BulkheadServices = Pick<Services, 'clock' | 'events' | 'closing' | 'lifetime' | 'captureStacks'>;

/**
 * Lets a limited number of calls run at the same time; some more may wait.
 *
 * ```ts
 * const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 5, maxQueue: 20 });
 * const rows = await bulkhead.execute(() => query('select …'));
 * ```
 */
export class Bulkhead implements WaitingRoom {
  readonly name: string;
  readonly clock: Clock;
  /** Gives a slot back: hang it on a promise as it is. */
  readonly leave: () => void;
  readonly #origin: CallOrigin;
  readonly #slots: Slots<SlotWait>;
  readonly #queued: Channel<Events['bulkhead.queued']>;
  readonly #refused: Channel<Events['bulkhead.refused']>;
  readonly #captureStacks: boolean;
  #given: BulkheadSizes;
  #maxQueue: number | undefined;
  #accepted = 0;
  #rejected = 0;
  #timedOut = 0;

  constructor(name: string, given: BulkheadSizes, services: BulkheadServices) {
    const { clock, events, closing, lifetime, captureStacks } = services;
    const { maxConcurrent, maxQueue, order } = bulkheadSizes.complete(given, name);
    this.name = name;
    this.clock = clock;
    this.#origin = { site: name, clock, closing, lifetime };
    this.#given = given;
    this.#maxQueue = maxQueue;
    this.#slots = new Slots(maxConcurrent, order);
    this.#queued = events.channel('bulkhead.queued');
    this.#refused = events.channel('bulkhead.refused');
    this.#captureStacks = captureStacks;
    this.leave = () => this.#slots.leave(this.#time())?.admit();
  }

  /** Calls that have a slot. */
  get running(): number {
    return this.#slots.running;
  }

  /** Calls that wait for a slot. */
  get queued(): number {
    return this.#slots.queued;
  }

  /** Slots in all. */
  get limit(): number {
    return this.#slots.limit;
  }

  get stats(): BulkheadStats {
    const { running, queued, limit } = this.#slots;
    return { running, queued, limit, accepted: this.#accepted, rejected: this.#rejected, timedOut: this.#timedOut };
  }

  /** Runs a function in a slot, as a protected method would run; the slot is held until it settles. */
  execute<T>(work: Work<T>, options: ExecuteOptions = {}): Promise<T> {
    return execute(this, this.#origin, work, options);
  }

  /** Goes on with other sizes, those not given as before; whoever runs or waits goes on. */
  change(sizes: BulkheadSizes): void {
    this.#given = { ...this.#given, ...bulkheadSizes.check(sizes, this.name) };
    const { maxConcurrent, maxQueue, order } = bulkheadSizes.complete(this.#given, this.name);
    this.#maxQueue = maxQueue;
    this.#slots.limit = maxConcurrent;
    this.#slots.order = order;
    for (let next = this.#slots.next(this.#time()); next; next = this.#slots.next(this.#time())) next.admit();
  }

  /** Takes a slot, if one is free. */
  enter(): boolean {
    if (!this.#slots.enter()) return false;
    this.#accepted++;
    return true;
  }

  /** Waits for a slot; rejects when there is no room to wait in, after the longest wait, and in the tick in which the call may wait no longer. */
  async wait(call: Call, patience: Patience): Promise<void> {
    throwIfHalted(call);
    if (this.queued >= this.room(patience)) throw this.#full(call.site);
    await this.#inQueue(call, patience);
    if (call.halt) this.leave();
    throwIfHalted(call);
    this.#accepted++;
  }

  tooLong(wait: SlotWait): BulkheadTimeoutError {
    const { site, longest = 0 } = wait;
    this.#slots.quit(wait);
    this.#timedOut++;
    if (this.#refused.heard) this.#refused.emit({ site, bulkhead: this.name, reason: 'timeout' });
    return new BulkheadTimeoutError({ site, bulkhead: this.name, after: longest }, this.#captureStacks);
  }

  gaveUp(wait: SlotWait): void {
    this.#slots.quit(wait);
  }

  /** How many may wait as long as this. */
  room({ maxWait }: Patience): number {
    if (maxWait === 0) return 0;
    return this.#maxQueue ?? (maxWait === undefined ? 0 : this.limit);
  }

  #inQueue(call: Call, patience: Patience): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#slots.join(new SlotWait(call, patience, this, resolve, reject), this.clock.coarse());
      if (this.#queued.heard) this.#queued.emit({ site: call.site, bulkhead: this.name, queued: this.queued });
    });
  }

  /** The time, where the order asks for it. */
  #time(): number {
    return this.#slots.order === 'adaptive' ? this.clock.coarse() : 0;
  }

  #full(site: string): BulkheadFullError {
    const { name: bulkhead, running, queued } = this;
    this.#rejected++;
    if (this.#refused.heard) this.#refused.emit({ site, bulkhead, reason: 'full' });
    return new BulkheadFullError({ site, bulkhead, running, queued }, this.#captureStacks);
  }
}

function throwIfHalted({ halt }: Call): void {
  if (halt) throw halt.reason;
}
