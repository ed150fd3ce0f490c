import type { Alarm, Home } from './alarm.js';

/** Alarms of one fixed duration: armed at the end, due at the front, unlinked in constant time. */
export class Line implements Home {
  readonly duration: number;
  readonly #armed: (alarm: Alarm) => void;
  first: Alarm | undefined;
  #last: Alarm | undefined;

  constructor(duration: number, armed: (alarm: Alarm) => void) {
    this.duration = duration;
    this.#armed = armed;
  }

  /** Arms an alarm for `now + duration`. */
  arm(alarm: Alarm, now: number): void {
    alarm.at = now + this.duration;
    alarm.home = this;
    alarm.before = this.#last;
    if (this.#last) this.#last.after = alarm;
    else this.first = alarm;
    this.#last = alarm;
    this.#armed(alarm);
  }

  remove(alarm: Alarm): void {
    const { before, after } = alarm;
    if (before) before.after = after;
    else this.first = after;
    if (after) after.before = before;
    else this.#last = before;
    alarm.before = undefined;
    alarm.after = undefined;
  }
}
