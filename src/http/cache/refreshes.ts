import { type Clock, retryAfterOf, runOutside } from '../../core/index.js';

/** The most renewals at a time; beyond that a stale answer waits for the next caller. */
const mostRefreshes = 100;
/** How many failures are remembered. */
const mostRests = 1000;
/** The first rest after a failure, in milliseconds, and the longest: each further failure doubles it. */
const firstRest = 1000;
const longestRest = 30_000;

interface Rest {
  readonly for: number;
  readonly until: number;
}

/** Renews stale answers behind their callers: one at a time for a key, none any more once it is closed, with a rest after each failure. */
export class Refreshes {
  readonly #clock: Clock;
  readonly #underWay = new Map<string, AbortController>();
  readonly #rests = new Map<string, Rest>();
  #closed: { readonly reason: unknown } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Starts to renew something, unless that is under way or has to wait; tells whether it did. `failed` hears of what went wrong until it is closed. */
  start(key: string, refresh: (alone: AbortSignal) => Promise<void>, failed: (error: unknown) => void): boolean {
    if (!this.#admits(key)) return false;
    const end = new AbortController();
    this.#underWay.set(key, end);
    const outcome = runOutside(async () => refresh(end.signal));
    outcome.then(
      () => {
        this.#underWay.delete(key);
        this.#rests.delete(key);
      },
      (error) => {
        this.#underWay.delete(key);
        if (this.#closed) return;
        this.#rest(key, error);
        failed(error);
      },
    );
    return true;
  }

  /** Ends all that is under way; nothing starts any more. */
  close(reason: unknown): void {
    this.#closed ??= { reason };
    for (const end of this.#underWay.values()) end.abort(reason);
  }

  #admits(key: string): boolean {
    if (this.#closed || this.#underWay.has(key) || this.#underWay.size >= mostRefreshes) return false;
    const rest = this.#rests.get(key);
    return rest === undefined || rest.until <= this.#clock.now();
  }

  /** At least as long as the server asks for. */
  #rest(key: string, error: unknown): void {
    const before = this.#rests.get(key);
    const time = before === undefined ? firstRest : Math.min(2 * before.for, longestRest);
    const asked = retryAfterOf(error, this.#clock.wallNow()) ?? 0;
    this.#rests.delete(key);
    this.#rests.set(key, { for: time, until: this.#clock.now() + Math.max(time, asked) });
    if (this.#rests.size <= mostRests) return;
    const [oldest] = this.#rests.keys();
    if (oldest !== undefined) this.#rests.delete(oldest);
  }
}
