import { type Call, type Clock, type Lifetime, Watcher } from '../../core/index.js';
import type { BulkheadLog } from './bulkhead-log.js';
import type { Demand } from './demand.js';
import { lowestRank } from './rank.js';
import { SlotWait, type WaitHost } from './slot-wait.js';
import type { Slots } from './slots.js';

/**
 * The calls that wait for slots of one bulkhead: who comes in, who is next, and who must go when there is less room. Whoever goes is out of the queue
 * before anybody hears of it, as those who hear may come right back. It watches the end of its runtime while somebody waits.
 */
export class WaitingCalls extends Watcher implements WaitHost {
  readonly #slots: Slots<SlotWait>;
  readonly #clock: Clock;
  readonly #closing: Lifetime;
  readonly #log: BulkheadLog;

  constructor(slots: Slots<SlotWait>, clock: Clock, closing: Lifetime, log: BulkheadLog) {
    super();
    this.#slots = slots;
    this.#clock = clock;
    this.#closing = closing;
    this.#log = log;
  }

  /** Takes free slots, for a call that goes before all who wait. */
  pass({ weight, rank }: Demand): boolean {
    return this.#slots.pass(weight, rank, this.#time());
  }

  /**
   * Lets a call wait for its turn: undefined where there is no place for it, unless the last of those that matter less gives way. Rejects after the longest
   * wait, and in the tick in which the call loses its place or may wait no longer.
   */
  join(call: Call, demand: Demand, places: number): Promise<void> | undefined {
    const full = this.#slots.queued >= places;
    const last = full && places > 0 ? this.#slots.last() : undefined;
    if (full && (last === undefined || last.rank <= demand.rank)) return undefined;
    if (last !== undefined) this.#quit(last);
    const turn = new Promise<void>((resolve, reject) => {
      this.#slots.join(new SlotWait(call, demand, this, resolve, reject), this.#clock.coarse());
    });
    if (this.watched === undefined) this.#closing.join(this);
    const { queued } = this.#slots;
    if (last !== undefined) this.shed(last);
    this.#log.queued(call.site, queued);
    return turn;
  }

  /** Gives free slots to whose turn it is. */
  serve(): void {
    for (let next = this.#slots.next(this.#time()); next; next = this.#slots.next(this.#time())) {
      this.#gone(next);
      next.admit();
    }
  }

  /** How many of those who matter least wait. */
  get least(): number {
    return this.#slots.waiting(lowestRank);
  }

  /** Takes those out for whom there are no places, but so many at least, those who matter least first; returns who is to be told. */
  shrink(places: number, toll: number): readonly SlotWait[] {
    const lost: SlotWait[] = [];
    const kept = Math.min(places, this.#slots.queued - toll);
    for (let last = this.#slots.last(); last && this.#slots.queued > kept; last = this.#slots.last()) {
      this.#quit(last);
      lost.push(last);
    }
    return lost;
  }

  /** Tells somebody who was taken out. */
  shed(wait: SlotWait): void {
    wait.refuse(this.#log.gaveWay(wait, this.#slots));
  }

  tooLong(wait: SlotWait): void {
    this.#leave(wait);
    wait.refuse(this.#log.late(wait));
  }

  gaveUp(wait: SlotWait, reason: unknown): void {
    this.#leave(wait);
    wait.refuse(reason);
  }

  /** The runtime is closing: nobody waits any longer. */
  override ended(): void {
    for (const wait of this.shrink(0, 0)) wait.refuse(wait.call.halt?.reason);
  }

  #leave(wait: SlotWait): void {
    this.#quit(wait);
    this.serve(); // those behind may need fewer slots
  }

  #quit(wait: SlotWait): void {
    this.#slots.quit(wait);
    this.#gone(wait);
  }

  #gone(wait: SlotWait): void {
    wait.unwatch();
    this.#clock.disarm(wait);
    if (this.#slots.queued === 0) this.watched?.leave(this);
  }

  /** The time, where the order asks for it. */
  #time(): number {
    return this.#slots.order === 'adaptive' ? this.#clock.coarse() : 0;
  }
}
