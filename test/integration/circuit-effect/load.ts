/** One call that has come to its end: when it began, how long it took, and whether it was answered. */
export interface Result {
  readonly at: number;
  readonly took: number;
  readonly answered: boolean;
}

/** Calls at a steady pace, whatever becomes of the calls. */
export class Load {
  readonly #call: () => Promise<unknown>;
  readonly #pending: Promise<Result>[] = [];
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(call: () => Promise<unknown>, callsPerSecond: number) {
    this.#call = call;
    this.#timer = setInterval(() => this.#keepUp(callsPerSecond / 1000), 5);
  }

  /** Stops calling; resolves when every call has come to its end. */
  stop(): Promise<readonly Result[]> {
    clearInterval(this.#timer);
    return Promise.all(this.#pending);
  }

  #keepUp(pace: number): void {
    const due = Math.floor((performance.now() - this.#startedAt) * pace);
    while (this.#pending.length < due) this.#pending.push(timed(this.#call));
  }
}

async function timed(call: () => Promise<unknown>): Promise<Result> {
  const at = performance.now();
  const answered = await call().then(
    () => true,
    () => false,
  );
  return { at, took: performance.now() - at, answered };
}
