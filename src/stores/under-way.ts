/** What is under way, so that an end can wait for it. */
export class UnderWay {
  readonly #promises = new Set<Promise<unknown>>();

  /** Remembers a promise until it settles, and gives it back. */
  add<T>(promise: Promise<T>): Promise<T> {
    this.#promises.add(promise);
    const settled = () => this.#promises.delete(promise);
    promise.then(settled, settled);
    return promise;
  }

  /** Waits until all has settled, however; also what that has begun. */
  async settle(): Promise<void> {
    while (this.#promises.size > 0) await Promise.allSettled(this.#promises);
  }
}
