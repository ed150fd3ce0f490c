import type { Waiting } from '../core/index.js';

/** A bounded number of places with a bounded queue before them: what makes a server overloadable. */
export class Slots {
  readonly #limit: number;
  readonly #queueLimit: number;
  readonly #queue = new Set<() => void>();
  #busy = 0;
  #peak = 0;

  constructor(limit: number, queueLimit: number) {
    this.#limit = limit;
    this.#queueLimit = queueLimit;
  }

  get busy(): number {
    return this.#busy;
  }

  /** The most that were busy at once. */
  get peak(): number {
    return this.#peak;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** All are busy, and as many wait as may. */
  get full(): boolean {
    return this.#busy >= this.#limit && this.#queue.size >= this.#queueLimit;
  }

  /** Takes a place, if need be after a wait in the queue; false when that is full. Rejects when `waiting` is halted. */
  async take(waiting: Waiting): Promise<boolean> {
    if (waiting.halt) throw waiting.halt.reason;
    if (this.full) return false;
    if (this.#busy >= this.#limit) await this.#turn(waiting);
    else this.#peak = Math.max(this.#peak, ++this.#busy);
    return true;
  }

  /** Hands a place to the one who has waited longest, or leaves it free. */
  give(): void {
    const [next] = this.#queue;
    if (next) next();
    else this.#busy--;
  }

  #turn(waiting: Waiting): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        this.#queue.delete(turn);
        leave();
        resolve();
      };
      const leave = waiting.onHalt(({ reason }) => {
        this.#queue.delete(turn);
        reject(reason);
      });
      this.#queue.add(turn);
    });
  }
}
