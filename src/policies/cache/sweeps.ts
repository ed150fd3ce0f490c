/** Sweeps over a store: what is written after one began waits until it is over, lest it be swept away. */
export class Sweeps {
  #under: Promise<void> | undefined;

  /** Resolves when no sweep is under way; undefined where none is. */
  get under(): Promise<void> | undefined {
    return this.#under;
  }

  begin(swept: Promise<void>): Promise<void> {
    const over = Promise.allSettled([this.#under, swept]).then(() => {
      if (this.#under === over) this.#under = undefined;
    });
    this.#under = over;
    return swept;
  }
}
