import type { Ahead } from './meter.js';

/** Somebody in a waiting line. */
export interface Place<Self> {
  readonly weight: number;
  ahead: Self | undefined;
  behind: Self | undefined;
}

/** Those who wait for permits, in the order of arrival; anyone may leave at any time, at no cost to the others. */
export class WaitingLine<P extends Place<P>> implements Ahead {
  /** How many wait. */
  size = 0;
  /** What they wait for, in all. */
  weight = 0;
  first: P | undefined = undefined;
  #last: P | undefined = undefined;

  join(place: P): void {
    place.ahead = this.#last;
    if (this.#last) this.#last.behind = place;
    else this.first = place;
    this.#last = place;
    this.size++;
    this.weight += place.weight;
  }

  leave(place: P): void {
    const { ahead, behind } = place;
    if (ahead) ahead.behind = behind;
    else this.first = behind;
    if (behind) behind.ahead = ahead;
    else this.#last = ahead;
    place.ahead = undefined;
    place.behind = undefined;
    this.size--;
    this.weight = this.size === 0 ? 0 : this.weight - place.weight;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let place = this.first; place; place = place.behind) yield place.weight;
  }

  *places(): IterableIterator<P> {
    for (let place = this.first; place; place = place.behind) yield place;
  }
}
