import { Alarm } from './alarm.js';
import { Alarms, type Waker } from './alarms.js';
import type { Ending, EndListener } from './lifetime.js';
import type { Line } from './line.js';

/** What a wait may be cut short by. */
export interface Waiting {
  readonly halt: Ending | undefined;
  onHalt(listener: EndListener): () => void;
}

/** The only source of time: a monotonic now, waits that can be cut short, and alarms behind one timer. */
export abstract class Clock implements Waker {
  readonly #alarms = new Alarms(this);

  /** Monotonic milliseconds. */
  abstract now(): number;
  /** Milliseconds since 1970: for HTTP dates and entries that outlive the process, never for measuring. */
  abstract wallNow(): number;
  abstract wakeAt(at: number): void;
  abstract hold(alive: boolean): void;

  /** `now()` as of this turn of the event loop: cheaper, and late by at most that turn. */
  coarse(): number {
    return this.now();
  }

  /** How many alarms are armed: none at rest. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Alarms of one fixed duration, armed and taken back in constant time. */
  line(duration: number): Line {
    return this.#alarms.line(duration);
  }

  /** Arms an alarm for any time. */
  arm(alarm: Alarm, at: number): void {
    this.#alarms.arm(alarm, at);
  }

  /** Takes an alarm back; does nothing when it is not armed. */
  disarm(alarm: Alarm): void {
    this.#alarms.disarm(alarm);
  }

  /** Lets every armed alarm look whether it is still wanted: something that many of them are within has ended. */
  recheck(): void {
    this.#alarms.recheck();
  }

  /** Waits; rejects in the same tick with the reason when `during` may wait no longer. */
  sleep(duration: number, during?: Waiting): Promise<void> {
    const halt = during?.halt;
    if (halt) return Promise.reject(halt.reason);
    if (!(duration > 0)) return Promise.resolve();
    return new Promise((resolve, reject) => new Sleep(this, duration, during, resolve, reject));
  }

  /** Calls `due` after a while, without keeping the process alive; the returned function takes it back. */
  later(duration: number, due: () => void): () => void {
    const alarm = new Later(due);
    this.arm(alarm, this.now() + duration);
    return () => this.disarm(alarm);
  }

  /** Rings what is due; returns when the next alarm is. */
  protected ringDue(): void {
    this.#alarms.ring(this.now());
  }

  /** Rings the earliest alarm if it is due, and none but that; false when it is not. */
  protected ringFirst(): boolean {
    return this.#alarms.ringFirst(this.now());
  }

  /** When the next alarm is due. */
  protected nextDue(): number | undefined {
    return this.#alarms.next()?.at;
  }
}

class Sleep extends Alarm {
  readonly #resolve: () => void;
  readonly #leave: (() => void) | undefined;

  constructor(
    clock: Clock,
    duration: number,
    during: Waiting | undefined,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#resolve = resolve;
    this.#leave = during?.onHalt(({ reason }: Ending) => {
      clock.disarm(this);
      reject(reason);
    });
    clock.arm(this, clock.now() + duration);
  }

  override ring(): void {
    this.#leave?.();
    this.#resolve();
  }
}

class Later extends Alarm {
  readonly #due: () => void;

  constructor(due: () => void) {
    super();
    this.#due = due;
  }

  override get keepsAlive(): boolean {
    return false;
  }

  override ring(): void {
    this.#due();
  }
}
