/** Something that is due at a time: it rings once, unless it is disarmed before. */
export abstract class Alarm {
  // Declared, and first set by the constructor, as one is made for each timed call: see Call.
  /** When it is due, in monotonic milliseconds. */
  declare at: number;
  /** By which it was armed earlier or later than others that are due at the same time. */
  declare order: number;
  /** Where it is armed; undefined when it is not. */
  declare home: Home | undefined;
  declare before: Alarm | undefined;
  declare after: Alarm | undefined;
  declare index: number;

  constructor() {
    this.at = 0;
    this.order = 0;
    this.home = undefined;
    this.before = undefined;
    this.after = undefined;
    this.index = -1;
  }

  /** Keeps the process alive while it is armed. */
  get keepsAlive(): boolean {
    return true;
  }

  abstract ring(): void;

  /** Looks whether what it was armed for has ended: asked when a whole runtime ends, instead of watching for that in every call. */
  recheck(): void {
    // most are wanted until they ring or are disarmed
  }
}

/** Tells which of two is due first: at the same time the one that was armed first. */
export function precedes(alarm: Alarm, other: Alarm): boolean {
  return alarm.at < other.at || (alarm.at === other.at && alarm.order < other.order);
}

/** Where alarms are armed. */
export interface Home {
  remove(alarm: Alarm): void;
}
