import { type Place, type QueueOrder, WaitingLine } from './waiting-line.js';

/** Everybody who waits for slots: one line for each priority, made when the first one of it comes. */
export class WaitingLines<P extends Place<P>> {
  readonly #lines: (WaitingLine<P> | undefined)[] = [];

  join(place: P, now: number): void {
    this.#line(place.rank).join(place, now);
  }

  quit(place: P): void {
    this.#line(place.rank).quit(place);
  }

  /** Whose turn it is: the highest priority first, and the order within it. */
  turn(order: QueueOrder, now: number): P | undefined {
    return this.#lines.find((line) => line !== undefined && line.size > 0)?.turn(order, now);
  }

  /** Tells whether somebody of that rank who came now would go before all who wait. */
  letsPass(rank: number, order: QueueOrder, now: number): boolean {
    for (let higher = 0; higher < rank; higher++) if (this.count(higher) > 0) return false;
    return this.count(rank) === 0 || this.#line(rank).servesNewest(order, now);
  }

  /** How many of a rank wait. */
  count(rank: number): number {
    return this.#lines[rank]?.size ?? 0;
  }

  /** The newest of those who matter least. */
  last(): P | undefined {
    return this.#lines.findLast((line) => line !== undefined && line.size > 0)?.newest;
  }

  #line(rank: number): WaitingLine<P> {
    const known = this.#lines[rank] ?? new WaitingLine<P>();
    this.#lines[rank] = known;
    return known;
  }
}
