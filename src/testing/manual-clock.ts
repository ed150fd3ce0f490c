import { setImmediate } from 'node:timers'; // not the global one, which a test may have replaced by a fake
import { Clock, type Duration } from '../core/index.js';
import { mustBePromise, watch } from './flaky/watch.js';
import { endless, hung, tooLong } from './manual-clock-faults.js';
import {
  checkTime,
  type ManualClockOptions,
  type RunLimit,
  readJump,
  readLength,
  readRunLimit,
  readStart,
} from './manual-clock-options.js';

/** Turns of the event loop that something may need that no alarm drives, before it is taken for hung. */
const patience = 100;

/** Alarms that may ring one after the other without any time passing, beyond those that were armed when the first one rang. */
const mostAtOnce = 100_000;

/**
 * A clock that stands still until the test moves it.
 *
 * What really takes time (a socket, a file, another thread) knows nothing of it: wait for that first, then move the clock.
 *
 * ```ts
 * const clock = new ManualClock();
 * const slept = clock.sleep(5000);
 * await clock.advance('5s');
 * await slept;
 * ```
 */
export class ManualClock extends Clock {
  #now: number;
  #wall: number;
  readonly #together: boolean;
  #moving: Promise<unknown> = Promise.resolve();

  /** Starts at this number of monotonic milliseconds, or as the options say; throws InvalidOptionsError. */
  constructor(start: number | ManualClockOptions = {}) {
    super();
    const { now, wall, together } = readStart(start);
    this.#together = together;
    this.#now = now;
    this.#wall = Number(wall);
  }

  override now(): number {
    return this.#now;
  }

  override wallNow(): number {
    return this.#wall;
  }

  /** In how many milliseconds the next alarm is due, 0 when it is overdue; undefined when none is armed, or none that will ever ring. */
  get due(): number | undefined {
    const due = this.nextDue();
    return due === undefined ? undefined : Math.max(due - this.#now, 0);
  }

  /** What waits for ever is never due. */
  protected override nextDue(): number | undefined {
    const due = super.nextDue();
    return due === Number.POSITIVE_INFINITY ? undefined : due;
  }

  override wakeAt(): void {} // the test moves time: nobody needs to be woken

  override hold(): void {} // and it keeps the process alive itself

  /**
   * Moves time forward, rings what becomes due on the way in order, and lets everything that follows from an alarm run before the next one rings,
   * also where both are due at the same time (see `together`).
   * Called again before it is done, it goes on from where the first call comes to.
   */
  async advance(duration: Duration): Promise<void> {
    const by = readLength(duration, 'advance()');
    await this.#inTurn(async () => {
      await settle();
      const end = this.#after(by, 'advance()');
      for (let due = this.nextDue(); due !== undefined && due <= end; due = this.nextDue()) await this.#ringAt(due);
      this.#move(end);
      await settle();
    });
  }

  /** Moves time to the next alarm, and lets everything run that follows from it; false when none is armed. */
  next(): Promise<boolean> {
    return this.#inTurn(async () => {
      await settle();
      const due = this.nextDue();
      if (due !== undefined) await this.#ringAt(due);
      return due !== undefined;
    });
  }

  /**
   * Moves time from alarm to alarm until a promise settles, and gives what it came to. Fails when no alarm is left
   * that could wake it, and when it is still pending after `limit`; of what really takes time it waits for no more than a moment.
   *
   * ```ts
   * const receipt = await clock.runUntil(payments.charge(order)); // three attempts and their waits, in no time
   * ```
   */
  async runUntil<T>(promise: PromiseLike<T>, given: RunLimit = {}): Promise<T> {
    mustBePromise('ManualClock.runUntil()', promise);
    const { limit = '1h' } = readRunLimit(given);
    const awaited = Promise.resolve(promise); // once: a lazy one, such as a query, begins anew whenever it is awaited
    const seen = watch(awaited);
    const from = this.#now;
    const end = this.#after(readLength(limit, 'runUntil(): limit'), 'runUntil(): limit');
    await settle();
    while (seen.state === 'pending' && (await this.#isWoken(() => seen.state !== 'pending'))) {
      if (this.#now + (this.due ?? 0) > end) throw new Error(tooLong(limit, this.pending, this.due));
      await this.next();
    }
    if (seen.state === 'pending') throw new Error(hung(this.#now - from));
    return awaited;
  }

  /** Moves time at once without letting anything run, as after a pause of the whole process: what became due rings with the next move. */
  skip(duration: Duration): void {
    this.#move(this.#after(readLength(duration, 'skip()'), 'skip()'));
  }

  /** Moves the wall clock alone, by a negative number backwards, as an administrator or NTP does; no alarm notices. */
  adjustWall(by: Duration): void {
    this.#wall = checkTime(this.#wall + readJump(by), 'ManualClock.adjustWall(): the time reached');
  }

  /** Moves are made one after the other, whoever asks. */
  #inTurn<T>(move: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(move);
    this.#moving = Promise.allSettled([moved]); // whoever asked hears of an error
    return moved;
  }

  async #isWoken(settled: () => boolean): Promise<boolean> {
    for (let turn = 0; turn < patience && this.nextDue() === undefined && !settled(); turn++) await settle();
    return this.nextDue() !== undefined;
  }

  async #ringAt(due: number): Promise<void> {
    this.#move(due);
    const most = this.pending + mostAtOnce;
    for (let rung = 0; this.ringFirst(); rung++) {
      if (rung === most) throw new Error(endless(rung, this.#now));
      if (!this.#together) await settle();
    }
    if (this.#together) await settle();
  }

  #after(by: number, taker: string): number {
    return checkTime(this.#now + by, `ManualClock.${taker}: the time reached`);
  }

  /** Never backwards: what rings on the way may have skipped time itself. */
  #move(to: number): void {
    if (to <= this.#now) return;
    this.#wall += to - this.#now;
    this.#now = to;
  }
}

/** Lets everything run that waits for promises only; what takes real time (a socket, a file) may need longer than this one turn of the event loop. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
