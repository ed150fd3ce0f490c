import { watchSignal } from '../../core/index.js';
import type { Awaitable } from '../../policies/cache/index.js';
import { isPromise } from '../is-promise.js';

/** What is done within a write transaction. */
export interface Step<T> {
  /** How much it does, in writes of a small entry. */
  readonly weight: number;
  perform(): T;
}

/** How much one transaction does at most: the event loop waits for it. */
export const heaviest = 250;

/** A step that has a transaction to itself. */
export function slice<T>(perform: () => T): Step<T> {
  return { weight: heaviest, perform };
}

/** Does writes in the order in which they were called, as many in one transaction as have gathered while the one before it went on. */
export class WriteQueue {
  readonly #transact: (work: () => void) => Promise<void>;
  readonly #waiting = new Set<Write>();
  #running = false;

  constructor(transact: (work: () => void) => Promise<void>) {
    this.#transact = transact;
  }

  /** Resolves to what the step gives, once that is written; a step that is still being prepared keeps its place. */
  add<T>(step: Awaitable<Step<T>>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const write = new Write(signal, resolve as (value: unknown) => void, reject);
      this.#waiting.add(write);
      if (signal) write.leave = watchSignal(signal, () => this.#drop(write, signal.reason));
      if (isPromise(step))
        step.then(
          (ready) => this.#ready(write, ready),
          (error) => this.#drop(write, error),
        );
      else if (!signal?.aborted) this.#ready(write, step);
      if (signal?.aborted) this.#drop(write, signal.reason);
    });
  }

  #ready(write: Write, step: Step<unknown>): void {
    write.step = step;
    this.#run();
  }

  #drop(write: Write, reason: unknown): void {
    if (!this.#waiting.delete(write)) return;
    write.fail(reason);
    this.#run();
  }

  #run(): void {
    if (this.#running) return;
    const writes = this.#take();
    if (writes.length === 0) return;
    this.#running = true;
    this.#commit(writes).then(() => {
      this.#running = false;
      this.#run();
    });
  }

  /** The next that are ready, up to the first that is not. */
  #take(): Write[] {
    const taken: Write[] = [];
    let weight = 0;
    for (const write of this.#waiting) {
      if (!write.step) break;
      weight += write.step.weight;
      if (taken.length > 0 && weight > heaviest) break;
      taken.push(write);
    }
    for (const write of taken) this.#waiting.delete(write);
    return taken;
  }

  /** Does them in one transaction; if one throws, all is undone, and the others are done without it. */
  async #commit(writes: readonly Write[]): Promise<void> {
    let current: Write | undefined;
    try {
      await this.#transact(() => {
        for (current of writes) current.perform();
        current = undefined;
      });
      for (const write of writes) write.settle();
    } catch (error) {
      for (const write of current ? [current] : writes) write.fail(error);
      const others = writes.filter((write) => write !== current);
      if (current && others.length > 0) await this.#commit(others);
    }
  }
}

class Write {
  step: Step<unknown> | undefined;
  leave: (() => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #outcome: unknown;
  #skipped = false;

  constructor(signal: AbortSignal | undefined, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  perform(): void {
    this.#skipped = this.#signal?.aborted === true;
    if (!this.#skipped) this.#outcome = this.step?.perform();
  }

  settle(): void {
    this.leave?.();
    if (this.#skipped) this.#reject(this.#signal?.reason);
    else this.#resolve(this.#outcome);
  }

  fail(reason: unknown): void {
    this.leave?.();
    this.#reject(reason);
  }
}
