import type { ArmedFault } from './fault-kind.js';

/** A fault in force, as it is reported: what was asked for, and what is left of it. */
export interface ActiveFault {
  readonly kind: string;
  /** Requests, or connections, that it will still fail; undefined when it has no count. */
  readonly countLeft?: number;
  /** Milliseconds that it still lasts; undefined when it has no duration. */
  readonly durationLeft?: number;
}

/** A fault that was put in force, and what is left of it. */
export interface Entry {
  readonly fault: ArmedFault;
  /** Monotonic milliseconds at which its duration ends. */
  readonly until: number;
  count: number;
  /** Whether those who act when a fault comes into force have done so. */
  taken: boolean;
}

/** Puts a fault in force at a moment, of monotonic milliseconds. */
export function entryOf(fault: ArmedFault, since: number): Entry {
  const { count = 0, duration = 0 } = fault.settings;
  return { fault, until: since + duration, count, taken: false };
}

/** Tells whether a fault still strikes. */
export function isInForce({ fault, count, until }: Entry, now: number): boolean {
  const { settings } = fault;
  if (settings.count === undefined && settings.duration === undefined) return true;
  return count > 0 || now < until;
}

/** A fault for people to look at. */
export function leftOf({ fault, count, until }: Entry, now: number): ActiveFault {
  const { settings, given, kind } = fault;
  return {
    ...given,
    kind,
    ...(settings.count === undefined ? undefined : { countLeft: count }),
    ...(settings.duration === undefined ? undefined : { durationLeft: Math.max(0, until - now) }),
  };
}
