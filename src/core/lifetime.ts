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

/** Something that hears of an end, and is a link in the chain of all that hear of it: so watching costs no allocation of its own. */
export abstract class Watcher {
  /** What it watches; undefined when it does not. */
  watched: Lifetime | undefined = undefined;
  ahead: Watcher | undefined = undefined;
  behind: Watcher | undefined = undefined;

  /** What it watched has ended, in the same tick; must not throw. */
  abstract ended(ending: Ending): void;
}

/**
 * How long something may go on: a runtime, a call, an attempt, a flight.
 *
 * It ends at most once, and ends all that lives within it. Nothing is registered anywhere until somebody watches,
 * and nothing stays registered after the last one has left.
 */
export class Lifetime extends Watcher {
  readonly #within: Lifetime | undefined;
  #ending: Ending | undefined = undefined;
  #first: Watcher | undefined = undefined;
  #last: Watcher | undefined = undefined;

  constructor(within?: Lifetime) {
    super();
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
    const listening = new Listening(listener);
    this.join(listening);
    return () => this.leave(listening);
  }

  /** Lets something watch that watches nothing else. The caller checks `ending` first. */
  join(watcher: Watcher): void {
    watcher.watched = this;
    watcher.ahead = this.#last;
    if (this.#last === undefined) this.#first = watcher;
    else this.#last.behind = watcher;
    this.#last = watcher;
    if (this.#within !== undefined && this.watched === undefined) this.#within.join(this);
  }

  /** Lets go of what watches, if it does. */
  leave(watcher: Watcher): void {
    if (watcher.watched !== this) return;
    const { ahead, behind } = watcher;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    watcher.watched = undefined;
    watcher.ahead = undefined;
    watcher.behind = undefined;
    if (this.#first === undefined) this.#letGo();
  }

  /** What it is within has ended. */
  override ended(outer: Ending): void {
    this.#finish(this.inherit(outer));
  }

  /** What the end of the surrounding lifetime means for this one. */
  protected inherit(outer: Ending): Ending {
    return outer;
  }

  #finish(ending: Ending): void {
    this.#ending ??= ending;
    this.#letGo();
    for (let watcher = this.#first; watcher; watcher = this.#first) {
      this.leave(watcher); // those who leave meanwhile are not told
      watcher.ended(this.#ending);
    }
  }

  #letGo(): void {
    this.watched?.leave(this);
  }
}

class Listening extends Watcher {
  readonly #listener: EndListener;

  constructor(listener: EndListener) {
    super();
    this.#listener = listener;
  }

  override ended(ending: Ending): void {
    this.#listener(ending);
  }
}
