import { Alarm, type Clock } from '../../core/index.js';

/** By how many milliseconds an alarm may be late before it is the process that was busy. */
const lateness = 5;

/**
 * Ends the patience with a store. Where the process itself was busy until now, the answer may be there already and only wait to be read: the store
 * gets back the time that it could not use, once, and no more than it had.
 */
export class StoreLimit extends Alarm {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #struck: () => void;
  #waited = false;

  constructor(clock: Clock, timeout: number, struck: () => void) {
    super();
    this.#clock = clock;
    this.#timeout = timeout;
    this.#struck = struck;
  }

  override ring(): void {
    const now = this.#clock.now();
    const late = now - this.at;
    if (this.#waited || late < lateness) this.#struck();
    else this.#clock.arm(this, now + Math.min(late, this.#timeout));
    this.#waited = true;
  }
}
