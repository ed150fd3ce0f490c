import { Clock } from '../core/index.js';

/** A clock that stands still until the test moves it. */
export class ManualClock extends Clock {
  #now: number;
  #wall: number;

  /** Starts at `now` monotonic milliseconds; the wall clock shows the start of 2026. */
  constructor(now = 1000) {
    super();
    this.#now = now;
    this.#wall = Date.UTC(2026, 0, 1);
  }

  override now(): number {
    return this.#now;
  }

  override wallNow(): number {
    return this.#wall;
  }

  override wakeAt(): void {} // the test moves time: nobody needs to be woken

  override hold(): void {} // and it keeps the process alive itself

  /** Moves time forward, rings what becomes due on the way in order, and lets everything that follows from it run. */
  async advance(duration: number): Promise<void> {
    const end = this.#now + duration;
    await settle();
    for (let due = this.nextDue(); due !== undefined && due <= end; due = this.nextDue()) {
      this.#move(Math.max(due, this.#now));
      this.ringDue();
      await settle();
    }
    this.#move(end);
    await settle();
  }

  /** Moves time at once without letting anything run, as after a pause of the whole process. */
  skip(duration: number): void {
    this.#move(this.#now + duration);
  }

  /** Moves the wall clock alone, forwards or backwards, as an administrator or NTP does. */
  adjustWall(by: number): void {
    this.#wall += by;
  }

  #move(to: number): void {
    this.#wall += to - this.#now;
    this.#now = to;
  }
}

/** Lets everything run that waits for promises only. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
