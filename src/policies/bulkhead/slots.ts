/** Whose turn it is when a slot comes free. */
export type QueueOrder = 'fifo' | 'lifo' | 'adaptive';

/** Somebody in a queue. */
export interface Place<Self> {
  ahead: Self | undefined;
  behind: Self | undefined;
}

/** For how long a queue must have been standing before 'adaptive' serves the newest first, in milliseconds. */
const standing = 2000;

/** A number of slots and a queue for them, in constant time: a slot that comes free goes straight to whose turn it is. */
export class Slots<P extends Place<P>> {
  limit: number;
  order: QueueOrder;
  running = 0;
  queued = 0;
  #oldest: P | undefined = undefined;
  #newest: P | undefined = undefined;
  /** Since when the queue has not been empty. */
  #queuedSince = 0;

  constructor(limit: number, order: QueueOrder) {
    this.limit = limit;
    this.order = order;
  }

  /** Takes a slot, if one is free. */
  enter(): boolean {
    if (this.running >= this.limit) return false;
    this.running++;
    return true;
  }

  /** Gives a slot back: to whoever is returned, if anyone waits. */
  leave(now: number): P | undefined {
    this.running--;
    return this.next(now);
  }

  /** Gives a slot that is free to whose turn it is. */
  next(now: number): P | undefined {
    if (this.queued === 0 || !this.enter()) return undefined;
    const place = this.#turn(now);
    this.quit(place);
    return place;
  }

  join(place: P, now: number): void {
    if (this.queued === 0) this.#queuedSince = now;
    place.ahead = this.#newest;
    if (this.#newest) this.#newest.behind = place;
    else this.#oldest = place;
    this.#newest = place;
    this.queued++;
  }

  /** Leaves the queue, from wherever in it. */
  quit(place: P): void {
    const { ahead, behind } = place;
    if (ahead) ahead.behind = behind;
    else this.#oldest = behind;
    if (behind) behind.ahead = ahead;
    else this.#newest = ahead;
    place.ahead = undefined;
    place.behind = undefined;
    this.queued--;
  }

  #turn(now: number): P {
    const newestFirst = this.order === 'lifo' || (this.order === 'adaptive' && now - this.#queuedSince >= standing);
    return (newestFirst ? this.#newest : this.#oldest) as P;
  }
}
