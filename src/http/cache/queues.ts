/** Lets work on one subject happen one after the other, in the order in which it was asked for. */
export class Queues {
  readonly #tails = new Map<string, Promise<void>>();
  #waiting = 0;

  /** How many pieces of work are not over. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when all that was asked for is over; undefined where nothing is. */
  tailOf(subject: string): Promise<void> | undefined {
    return this.#tails.get(subject);
  }

  run(subject: string, work: () => Promise<void>): Promise<void> {
    const outcome = (this.#tails.get(subject) ?? Promise.resolve()).then(work);
    const tail = outcome.then(nothing, nothing);
    this.#tails.set(subject, tail);
    this.#waiting++;
    void tail.then(() => {
      this.#waiting--;
      if (this.#tails.get(subject) === tail) this.#tails.delete(subject);
    });
    return outcome;
  }

  /** Resolves when all that was asked for up to now is over. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}

function nothing(): void {} // who asked for the work hears of its outcome
