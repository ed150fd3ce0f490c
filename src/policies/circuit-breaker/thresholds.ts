import type { Recording } from './recording.js';

/** What opens a circuit; Infinity for what does not. */
export interface Thresholds {
  readonly consecutiveFailures: number;
  /** Failures within the window. */
  readonly failures: number;
  readonly failureRate: number;
  readonly slowRate: number;
  /** Rates say nothing below this many calls. */
  readonly minimumCalls: number;
  /** Calls in flight count among those that the failures are compared with. */
  readonly overStarted: boolean;
}

/** The shares of calls that failed and that were slow; NaN below the minimum. */
export interface Rates {
  readonly failureRate: number;
  readonly slowRate: number;
}

/** Tells whether a recording reaches one of the thresholds. */
export function reaches({ consecutiveFailures, window, inFlight }: Recording, thresholds: Thresholds): boolean {
  const { failures, slow } = window;
  if (failures === 0 && slow === 0) return false;
  if (consecutiveFailures >= thresholds.consecutiveFailures || failures >= thresholds.failures) return true;
  const calls = thresholds.overStarted ? window.calls + inFlight : window.calls;
  if (calls < thresholds.minimumCalls) return false;
  return failures / calls >= thresholds.failureRate || slow / calls >= thresholds.slowRate;
}

/** The rates of a recording as the thresholds see them. */
export function ratesOf({ window, inFlight }: Recording, { minimumCalls, overStarted }: Thresholds): Rates {
  const calls = overStarted ? window.calls + inFlight : window.calls;
  if (calls < minimumCalls || calls === 0) return { failureRate: Number.NaN, slowRate: Number.NaN };
  return { failureRate: window.failures / calls, slowRate: window.slow / calls };
}
