import { watchSignal } from '../core/index.js';
import type { StoreCall } from '../policies/cache/index.js';

/** One read, and all who wait for it: it is called off when the last of them has left. */
export class SharedRead<T> {
  readonly #end = new AbortController();
  readonly #abandoned: () => void;
  readonly #answer: Promise<T>;
  #waiting = 0;

  constructor(read: (call: StoreCall) => Promise<T>, abandoned: () => void) {
    this.#abandoned = abandoned;
    this.#answer = read({ signal: this.#end.signal });
  }

  /** Waits for the answer too; the signal has not been aborted yet. */
  join({ signal }: StoreCall): Promise<T> {
    this.#waiting++;
    const leave = watchSignal(signal, () => this.#left(signal.reason));
    this.#answer.then(leave, leave);
    return this.#answer;
  }

  /** Lets the store know that its answer is of no use any more. */
  callOff(reason: unknown): void {
    this.#abandoned();
    this.#end.abort(reason);
  }

  #left(reason: unknown): void {
    this.#waiting--;
    if (this.#waiting === 0) this.callOff(reason);
  }
}
