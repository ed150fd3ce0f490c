import type { EventName, Events } from '../../core/index.js';

/** One fact that was told. */
export interface RecordedEvent<Name extends EventName = EventName> {
  readonly name: Name;
  readonly event: Events[Name];
}

/** What was recorded, for those who look at it. */
export interface EventRecord {
  /** The events that are kept, in order. */
  readonly all: readonly RecordedEvent[];
  /** How many older ones had to give way. */
  readonly dropped: number;
  /** Whether more are recorded. */
  readonly recording: boolean;
}
