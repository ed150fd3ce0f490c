/** Hands values on to one reader, in order; no more than so many wait for it. */
export class BoundedQueue<T> implements AsyncIterable<T> {
  readonly #max: number;
  readonly #values: T[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes a value; false when there is no place left, or when it has ended. */
  push(value: T): boolean {
    if (this.#end !== undefined || this.#values.length >= this.#max) return false;
    this.#values.push(value);
    this.#wake?.();
    return true;
  }

  /** Nothing comes any more; those that wait are still handed on, then the error is thrown. The first end stays. */
  end(...error: readonly [unknown?]): void {
    this.#end ??= error.length === 0 ? {} : { error: error[0] };
    this.#wake?.();
  }

  /** Drops what waits. */
  clear(): void {
    this.#values.length = 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const [value] = this.#values.splice(0, 1);
      if (value !== undefined) yield value;
      else if (this.#end === undefined) await this.#more();
      else if ('error' in this.#end) throw this.#end.error;
      else return;
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
