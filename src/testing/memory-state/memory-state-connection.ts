import { type SharedCall, watchSignal } from '../../core/index.js';

/** The way from one process to a memory state and back: it takes time, and can be cut. */
export class MemoryConnection {
  #is: 'open' | 'cut' | 'closed' = 'open';

  get open(): boolean {
    return this.#is === 'open';
  }

  cut(): void {
    if (this.open) this.#is = 'cut';
  }

  heal(): void {
    if (this.#is === 'cut') this.#is = 'open';
  }

  close(): void {
    this.#is = 'closed';
  }

  /** Has something done at the other end, all at once, and brings the answer; whatever is cut meanwhile, there is an error in place of it. */
  async ask<Answer>({ signal }: SharedCall, act: () => Answer): Promise<Answer> {
    signal.throwIfAborted();
    return unlessAborted(signal, this.#roundTrip(act));
  }

  async #roundTrip<Answer>(act: () => Answer): Promise<Answer> {
    this.#throwIfGone();
    await undefined; // on the way there
    this.#throwIfGone();
    const answer = act();
    await undefined; // on the way back
    this.#throwIfGone();
    return answer;
  }

  #throwIfGone(): void {
    if (this.#is === 'cut') throw new Error('The connection to the shared state is lost');
    if (this.#is === 'closed') throw new Error('The shared state is closed');
  }
}

async function unlessAborted<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const leave = watchSignal(signal, () => reject(signal.reason));
    answer.then(resolve, reject).finally(leave);
  });
}
