import type { Call, Clock } from '../../core/index.js';
import type { BulkheadLog } from './bulkhead-log.js';
import type { BulkheadTimeoutError } from './bulkhead-timeout-error.js';
import type { Demand } from './demand.js';
import { lowestRank } from './rank.js';
import { SlotWait, type WaitHost } from './slot-wait.js';
import type { Slots } from './slots.js';

/** The calls that wait for slots of one bulkhead: who comes in, who is next, and who must go when there is less room. */
export class WaitingRoom implements WaitHost {
  readonly clock: Clock;
  readonly #slots: Slots<SlotWait>;
  readonly #log: BulkheadLog;

  constructor(slots: Slots<SlotWait>, clock: Clock, log: BulkheadLog) {
    this.#slots = slots;
    this.clock = clock;
    this.#log = log;
  }

  /** Takes free slots, for a call that goes before all who wait. */
  pass({ weight, rank }: Demand): boolean {
    return this.#slots.pass(weight, rank, this.#time());
  }

  /** Tells whether there is a place for a call; if all are taken, the last of those that matter less loses its own. */
  makeRoom({ rank }: Demand, places: number): boolean {
    if (this.#slots.queued < places) return true;
    const last = places === 0 ? undefined : this.#slots.last();
    if (last === undefined || last.rank <= rank) return false;
    this.#shed(last);
    return true;
  }

  /** Lets a call wait for its turn; rejects after the longest wait, and in the tick in which it loses its place or may wait no longer. */
  join(call: Call, demand: Demand): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#slots.join(new SlotWait(call, demand, this, resolve, reject), this.clock.coarse());
      this.#log.queued(call.site, this.#slots.queued);
    });
  }

  /** Gives free slots to whose turn it is. */
  serve(): void {
    for (let next = this.#slots.next(this.#time()); next; next = this.#slots.next(this.#time())) next.admit();
  }

  /** How many of those who matter least wait. */
  get least(): number {
    return this.#slots.waiting(lowestRank);
  }

  /** Lets so many go, at most as many as `least`. */
  shedLeast(count: number): void {
    for (let left = count; left > 0; left--) this.#shed(this.#slots.last());
  }

  /** Lets all go for whom there are no places any more. */
  shrink(places: number): void {
    while (this.#slots.queued > places) this.#shed(this.#slots.last());
  }

  tooLong(wait: SlotWait): BulkheadTimeoutError {
    this.gaveUp(wait);
    return this.#log.late(wait);
  }

  gaveUp(wait: SlotWait): void {
    this.#slots.quit(wait);
    this.serve(); // those behind may need fewer slots
  }

  #shed(wait: SlotWait | undefined): void {
    if (wait === undefined) return;
    this.#slots.quit(wait);
    wait.refuse(() => this.#log.gaveWay(wait, this.#slots));
  }

  /** The time, where the order asks for it. */
  #time(): number {
    return this.#slots.order === 'adaptive' ? this.clock.coarse() : 0;
  }
}
