/** Somebody in a waiting line. */
export interface Place<Self> {
  readonly weight: number;
  /** Those who came earlier have a smaller one. */
  number: number;
  ahead: Self | undefined;
  behind: Self | undefined;
}

/** Those who wait for permits, in the order of arrival; anyone may leave at any time, at no cost to the others. */
export class PermitLine<P extends Place<P>> {
  /** How many wait. */
  size = 0;
  /** What they wait for, in all. */
  weight = 0;
  first: P | undefined = undefined;
  #last: P | undefined = undefined;
  #joined = 0;
  /** The number of the first of those at the end of the line who all have the same weight. */
  #evenFrom = 0;

  join(place: P): void {
    place.number = this.#joined++;
    if (this.#last?.weight !== place.weight) this.#evenFrom = place.number;
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

  /** Whether all behind somebody have the same weight: when that one leaves, the line is as if the last of it had left. */
  isEvenBehind(place: P): boolean {
    return place.number >= this.#evenFrom;
  }

  *[Symbol.iterator](): IterableIterator<P> {
    for (let place = this.first; place; place = place.behind) yield place;
  }
}
