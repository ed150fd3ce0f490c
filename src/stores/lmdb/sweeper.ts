import type { Clock } from '../../core/index.js';

/** What a sweeper knows of what it sweeps. */
export interface Swept {
  readonly clock: Clock;
  /** The least time between two sweeps; 0 for no sweeps. */
  readonly every: number;
  /** When the first of all entries is over; undefined where there is none. */
  soonest(): number | undefined;
  /** Removes what is over, until `stopped` says so. */
  sweep(stopped: () => boolean): Promise<void>;
  failed(error: unknown): void;
}

/** Removes entries soon after they are over; it sets no timer while there are none, nor before the first of them ends. */
export class Sweeper {
  readonly #swept: Swept;
  #rested = Number.NEGATIVE_INFINITY;
  #due = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;
  #sweeping: Promise<void> | undefined;
  #stopped: boolean;

  constructor(swept: Swept) {
    this.#swept = swept;
    this.#stopped = swept.every === 0;
  }

  /** Looks when there is something to sweep. */
  look(): void {
    if (!this.#stopped) this.expect(this.#swept.soonest());
  }

  /** There is an entry that ends then. */
  expect(until = Number.POSITIVE_INFINITY): void {
    if (this.#stopped || this.#sweeping || until >= this.#due) return;
    const { clock, every } = this.#swept;
    const rest = this.#rested + every - clock.now();
    const wait = Math.max(until - clock.wallNow(), rest, 0);
    this.#disarm?.();
    this.#due = until;
    this.#disarm = clock.later(wait, () => this.#begin());
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#disarm?.();
    await this.#sweeping;
  }

  #begin(): void {
    this.#sweeping = this.#swept
      .sweep(() => this.#stopped)
      .catch((error) => this.#swept.failed(error))
      .then(() => this.#rest())
      .catch((error) => this.#swept.failed(error));
  }

  #rest(): void {
    this.#sweeping = undefined;
    this.#disarm = undefined;
    this.#due = Number.POSITIVE_INFINITY;
    this.#rested = this.#swept.clock.now();
    this.look();
  }
}
