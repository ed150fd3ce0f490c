/** One call that has come to its end: which it was, when it began, how long it took, and whether it was answered. */
export interface Result {
  readonly index: number;
  readonly at: number;
  readonly took: number;
  readonly answered: boolean;
}

/** Calls at a steady pace, whatever becomes of the calls; each is given its index. */
export class Load {
  /** Calls in each second. */
  pace: number;
  readonly #call: (index: number) => Promise<unknown>;
  readonly #pending: Promise<Result>[] = [];
  readonly #timer: NodeJS.Timeout;
  #due = 0;
  #now = performance.now();

  constructor(call: (index: number) => Promise<unknown>, pace: number) {
    this.#call = call;
    this.pace = pace;
    this.#timer = setInterval(() => this.#keepUp(), 5);
  }

  /** Stops calling; resolves when every call has come to its end. */
  stop(): Promise<readonly Result[]> {
    clearInterval(this.#timer);
    return Promise.all(this.#pending);
  }

  #keepUp(): void {
    const now = performance.now();
    this.#due += ((now - this.#now) * this.pace) / 1000;
    this.#now = now;
    while (this.#pending.length < Math.floor(this.#due)) this.#pending.push(this.#timed(this.#pending.length));
  }

  async #timed(index: number): Promise<Result> {
    const at = performance.now();
    const answered = await this.#call(index).then(
      () => true,
      () => false,
    );
    return { index, at, took: performance.now() - at, answered };
  }
}
