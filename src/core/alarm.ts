/** Something that is due at a time: it rings once, unless it is disarmed before. */
export abstract class Alarm {
  /** When it is due, in monotonic milliseconds. */
  at = 0;
  /** Where it is armed; undefined when it is not. */
  home: Home | undefined = undefined;
  before: Alarm | undefined = undefined;
  after: Alarm | undefined = undefined;
  index = -1;

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

/** Where alarms are armed. */
export interface Home {
  remove(alarm: Alarm): void;
}
