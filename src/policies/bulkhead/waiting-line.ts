/** Whose turn it is when slots come free. */
export type QueueOrder = 'fifo' | 'lifo' | 'adaptive';

/** Somebody who waits for slots. */
export interface Place<Self> {
  /** The slots that it takes. */
  readonly weight: number;
  /** How much it matters: 0 goes first. */
  readonly rank: number;
  ahead: Self | undefined;
  behind: Self | undefined;
}

/** For how long a line must have been standing before 'adaptive' serves the newest first, in milliseconds. */
const standing = 2000;

/** Those of one priority who wait for slots, in the order of arrival, in constant time. */
export class WaitingLine<P extends Place<P>> {
  oldest: P | undefined = undefined;
  newest: P | undefined = undefined;
  size = 0;
  /** Since when somebody has been waiting. */
  #since = 0;

  join(place: P, now: number): void {
    if (this.size === 0) this.#since = now;
    place.ahead = this.newest;
    if (this.newest) this.newest.behind = place;
    else this.oldest = place;
    this.newest = place;
    this.size++;
  }

  /** Leaves, from wherever in the line. */
  quit(place: P): void {
    const { ahead, behind } = place;
    if (ahead) ahead.behind = behind;
    else this.oldest = behind;
    if (behind) behind.ahead = ahead;
    else this.newest = ahead;
    place.ahead = undefined;
    place.behind = undefined;
    this.size--;
  }

  /** Tells whether the newest goes first. */
  servesNewest(order: QueueOrder, now: number): boolean {
    return order === 'lifo' || (order === 'adaptive' && now - this.#since >= standing);
  }

  /** Whose turn it is. */
  turn(order: QueueOrder, now: number): P | undefined {
    return this.servesNewest(order, now) ? this.newest : this.oldest;
  }
}
