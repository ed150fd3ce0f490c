import { Clock } from './clock.js';

/** The longest wait that setTimeout takes; longer ones are waited for in stretches. */
const longestTimer = 2 ** 31 - 1;

/** How often `coarse()` may answer before it looks again, should the event loop never turn. */
const coarseUses = 64;

/** The time of this process: `performance.now()` and one timer behind all waits. */
export class SystemClock extends Clock {
  #timer: NodeJS.Timeout | undefined;
  #alive = false;
  #coarse = 0;
  #uses = 0;
  readonly #ring = (): void => {
    this.#timer = undefined;
    this.ringDue();
  };
  readonly #turn = (): void => {
    this.#uses = 0;
    this.#turning = false;
  };
  #turning = false;

  override now(): number {
    return performance.now();
  }

  override wallNow(): number {
    return Date.now();
  }

  override coarse(): number {
    return this.#uses-- > 0 ? this.#coarse : this.#look();
  }

  override wakeAt(at: number): void {
    clearTimeout(this.#timer);
    const wait = Math.ceil(at - performance.now());
    this.#timer = setTimeout(this.#ring, Math.min(Math.max(wait, 1), longestTimer));
    if (!this.#alive) this.#timer.unref();
  }

  override hold(alive: boolean): void {
    this.#alive = alive;
    if (alive) this.#timer?.ref();
    else this.#timer?.unref();
  }

  #look(): number {
    this.#uses = coarseUses;
    this.#coarse = performance.now();
    if (!this.#turning) {
      this.#turning = true;
      setImmediate(this.#turn); // not unref'd: the loop would then sleep through an idle hour before it turns
    }
    return this.#coarse;
  }
}

/** The clock of everything that is not given another. */
export const systemClock: Clock = new SystemClock();
