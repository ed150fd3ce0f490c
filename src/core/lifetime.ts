/** How something ended before it was done. */
export interface Ending {
  readonly reason: unknown;
  /** Our own total timeout struck: a failure if it hit an attempt; every other end is neutral. */
  readonly timedOut: boolean;
  /** Who struck, and counts the work that goes on all the same. */
  readonly overrun?: Overrun | undefined;
}

/** Counts work that goes on although its time is over, such as a method that ignores its signal. */
export interface Overrun {
  /** Under way now. */
  zombies: number;
  /** Settled since, with results that nobody saw. */
  late: number;
  /** Gives back what such a result holds. */
  take?(result: unknown): void;
}

/** Told in the same tick that something ends; must not throw. */
export type EndListener = (ending: Ending) => void;

/**
 * How long something may go on: a runtime, a call, an attempt, a flight.
 *
 * It ends at most once, and ends all that lives within it. Nothing is registered anywhere until somebody watches,
 * and nothing stays registered after the last one has left.
 */
export class Lifetime {
  readonly #within: Lifetime | undefined;
  #ending: Ending | undefined;
  #listeners: Set<EndListener> | undefined;
  #leave: (() => void) | undefined;

  constructor(within?: Lifetime) {
    this.#within = within;
  }

  /** How it ended, undefined while it goes on. */
  get ending(): Ending | undefined {
    if (this.#ending !== undefined || this.#within === undefined) return this.#ending;
    const outer = this.#within.ending;
    if (outer !== undefined) this.#ending = this.inherit(outer);
    return this.#ending;
  }

  /** Ends this and all within it; later calls change nothing. */
  end(reason: unknown, timedOut = false, overrun?: Overrun): void {
    if (this.ending === undefined) this.#finish({ reason, timedOut, overrun });
  }

  /** Calls `listener` in the tick in which this ends; the returned function stops watching. The caller checks `ending` first. */
  watch(listener: EndListener): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    this.#leave ??= this.#within?.watch((ending) => this.#finish(this.inherit(ending)));
    return () => this.#forget(listener);
  }

  /** What the end of the surrounding lifetime means for this one. */
  protected inherit(outer: Ending): Ending {
    return outer;
  }

  #finish(ending: Ending): void {
    this.#ending ??= ending;
    this.#leave?.();
    this.#leave = undefined;
    const listeners = this.#listeners;
    if (listeners) for (const listener of listeners) listener(this.#ending); // those who leave meanwhile are not told
    this.#listeners = undefined;
  }

  #forget(listener: EndListener): void {
    if (!this.#listeners?.delete(listener) || this.#listeners.size > 0) return;
    this.#leave?.();
    this.#leave = undefined;
  }
}
