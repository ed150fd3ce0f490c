import { type Alarm, precedes } from './alarm.js';
import { Heap } from './heap.js';
import { Line } from './line.js';

/** The one timer behind all alarms, as the host has it. */
export interface Waker {
  /** Ask to be woken at that time, instead of any earlier wish. */
  wakeAt(at: number): void;
  /** Whether to keep the process alive until then. */
  hold(alive: boolean): void;
}

/** All alarms of one clock, behind one timer. */
export class Alarms {
  readonly #waker: Waker;
  readonly #lines = new Map<number, Line>();
  readonly #heap = new Heap();
  #wakeAt = Number.POSITIVE_INFINITY;
  #alive = 0;
  #armedSoFar = 0;
  /** How many are armed. */
  size = 0;

  constructor(waker: Waker) {
    this.#waker = waker;
  }

  /** The line for a fixed duration: fetch it once, when a pipeline is built. */
  line(duration: number): Line {
    const known = this.#lines.get(duration);
    if (known) return known;
    const line = new Line(duration, (alarm) => {
      alarm.order = this.#armedSoFar++;
      this.#armed(alarm);
    });
    this.#lines.set(duration, line);
    return line;
  }

  /** Arms an alarm for any time. */
  arm(alarm: Alarm, at: number): void {
    alarm.at = at;
    alarm.order = this.#armedSoFar++;
    this.#heap.add(alarm);
    this.#armed(alarm);
  }

  /** Takes an alarm back; does nothing when it is not armed. */
  disarm(alarm: Alarm): void {
    const { home } = alarm;
    if (home === undefined) return;
    home.remove(alarm);
    alarm.home = undefined;
    this.size--;
    if (alarm.keepsAlive && --this.#alive === 0) this.#waker.hold(false);
  }

  /** Rings everything that is due, the earliest first, and asks to be woken for the next. */
  ring(now: number): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    for (let due = this.next(); due !== undefined && due.at <= now; due = this.next()) {
      this.disarm(due);
      due.ring();
    }
    const next = this.next();
    if (next !== undefined && next.at < this.#wakeAt) this.#wake(next.at);
  }

  /** Rings the earliest if it is due, and none but that; false when it is not. */
  ringFirst(now: number): boolean {
    const due = this.next();
    if (due === undefined || due.at > now) return false;
    this.disarm(due);
    due.ring();
    return true;
  }

  /** The next one due. */
  next(): Alarm | undefined {
    let next = this.#heap.first;
    for (const { first } of this.#lines.values())
      if (first && (next === undefined || precedes(first, next))) next = first;
    return next;
  }

  /** Lets every armed alarm look whether it is still wanted. */
  recheck(): void {
    const armed = [...this.#heap.all()];
    for (const { first } of this.#lines.values()) for (let alarm = first; alarm; alarm = alarm.after) armed.push(alarm);
    for (const alarm of armed) alarm.recheck();
  }

  #armed(alarm: Alarm): void {
    this.size++;
    if (alarm.at < this.#wakeAt) this.#wake(alarm.at);
    if (alarm.keepsAlive && this.#alive++ === 0) this.#waker.hold(true);
  }

  #wake(at: number): void {
    this.#wakeAt = at;
    this.#waker.wakeAt(at);
  }
}
