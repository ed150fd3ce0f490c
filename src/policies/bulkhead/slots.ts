import type { Place, QueueOrder } from './waiting-line.js';
import { WaitingLines } from './waiting-lines.js';

/** A number of slots and a queue for them, in constant time: slots that come free go straight to whose turn it is. */
export class Slots<P extends Place<P>> {
  limit: number;
  order: QueueOrder;
  /** Slots that are taken: above the limit after that has shrunk, or while somebody runs alone who needs more than there are. */
  running = 0;
  /** Those who wait. */
  queued = 0;
  #lines: WaitingLines<P> | undefined = undefined; // most never have anybody wait

  constructor(limit: number, order: QueueOrder) {
    this.limit = limit;
    this.order = order;
  }

  /** Takes slots that are free, while nobody waits: the short way. */
  enter(weight: number): boolean {
    if (this.queued > 0 || this.running + weight > this.limit) return false;
    this.running += weight;
    return true;
  }

  /** Takes slots that are free, for somebody who goes before all who wait. */
  pass(weight: number, rank: number, now: number): boolean {
    if (!this.#fits(weight)) return false;
    if (this.#lines !== undefined && !this.#lines.letsPass(rank, this.order, now)) return false;
    this.running += weight;
    return true;
  }

  /** Gives slots back; ask then for those who are next. */
  leave(weight: number): void {
    this.running -= weight;
  }

  /** Gives slots that are free to whose turn it is: nobody else goes first, however few slots would do. */
  next(now: number): P | undefined {
    const place = this.queued === 0 ? undefined : this.#lines?.turn(this.order, now);
    if (place === undefined || !this.#fits(place.weight)) return undefined;
    this.running += place.weight;
    this.quit(place);
    return place;
  }

  join(place: P, now: number): void {
    this.#lines ??= new WaitingLines();
    this.#lines.join(place, now);
    this.queued++;
  }

  /** Leaves the queue, from wherever in it; ask then for those who are next. */
  quit(place: P): void {
    this.#lines?.quit(place);
    this.queued--;
  }

  /** The newest of those in the queue who matter least. */
  last(): P | undefined {
    return this.#lines?.last();
  }

  /** How many of a rank are in the queue. */
  waiting(rank: number): number {
    return this.#lines === undefined ? 0 : this.#lines.count(rank);
  }

  /** Somebody who needs more slots than there are runs alone. */
  #fits(weight: number): boolean {
    return this.running + weight <= this.limit || this.running === 0;
  }
}
