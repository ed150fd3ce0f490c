/** What a run of the method does, `takes` milliseconds after it started. */
export interface RunOf {
  readonly takes: number;
  readonly comes: 'answer' | 'failure' | 'permanent';
}

/** What a race is about: its copies in the order in which they may start, the delay, when the caller leaves, and how many hedges are paid for. */
export interface Race {
  readonly copies: readonly RunOf[];
  readonly delay: number;
  readonly abortAt: number;
  readonly paid: number;
}

const never = Number.POSITIVE_INFINITY;

/** A race told the naive way: looks, again and again, for what happens next. No two things may happen at the same time. */
export class ReferenceRace {
  readonly #race: Race;
  readonly #running = new Set([0]);
  #asked = 0;
  #nextHedge: number;
  /** When each copy started. */
  readonly starts: number[] = [0];
  /** Which copy decided; undefined for the caller's leave, or where the race never ends. */
  winner: number | undefined;
  /** When it was over. */
  at = never;

  constructor(race: Race) {
    this.#race = race;
    this.#nextHedge = race.delay;
    if (race.delay === 0) while (this.#mayHedge) this.#hedge(0);
    while (this.#step());
  }

  /** Whether a copy had come to its end by then. */
  isDone(copy: number): boolean {
    return this.#endOf(copy) <= this.at;
  }

  get #mayHedge(): boolean {
    return this.#asked < this.#race.copies.length - 1;
  }

  #endOf(copy: number): number {
    return (this.starts[copy] as number) + (this.#race.copies[copy] as RunOf).takes;
  }

  /** Lets the next thing happen; false when it was the last. */
  #step(): boolean {
    const first = [...this.#running].reduce((a, b) => (this.#endOf(a) < this.#endOf(b) ? a : b));
    const end = this.#endOf(first);
    const due = this.#mayHedge ? this.#nextHedge : never;
    const next = Math.min(this.#race.abortAt, due, end);
    if (next === due && due < never) return this.#hedge(due);
    if (next === end && end < never) return this.#come(first, end);
    this.at = next;
    return false;
  }

  #hedge(now: number): true {
    this.#asked++;
    this.#nextHedge = now + this.#race.delay;
    if (this.starts.length <= this.#race.paid) {
      this.#running.add(this.starts.length);
      this.starts.push(now);
    }
    return true;
  }

  #come(copy: number, now: number): boolean {
    this.#running.delete(copy);
    const failed = this.#race.copies[copy]?.comes === 'failure';
    if (failed && this.#mayHedge) this.#hedge(now);
    if (failed && this.#running.size > 0) return true;
    this.winner = failed ? 0 : copy;
    this.at = now;
    return false;
  }
}
