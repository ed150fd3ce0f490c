import { type Circuit, type CircuitTerms, recordingOf } from './circuit.js';
import { ratesOf } from './thresholds.js';

/** The results that a circuit looks at: over the present window or trial; nothing while it looks at none. */
export interface CircuitFigures {
  /** Successes and failures. */
  readonly calls: number;
  readonly successes: number;
  readonly failures: number;
  /** Calls that said nothing. */
  readonly ignored: number;
  /** Calls that took longer than `slowCall`. */
  readonly slow: number;
  /** Failures that were timeouts. */
  readonly timeouts: number;
  /** NaN below the minimum of calls. */
  readonly failureRate: number;
  /** NaN below the minimum of calls. */
  readonly successRate: number;
  /** NaN below the minimum of calls. */
  readonly slowRate: number;
  readonly consecutiveFailures: number;
  /** Calls let through that have not settled. */
  readonly inFlight: number;
}

/** A failure of the callee. */
export interface LastFailure {
  /** When, in monotonic milliseconds. */
  readonly at: number;
  /** What the call was rejected with; undefined where its result was the failure. */
  readonly error: unknown;
}

/** How a circuit stands. */
export interface CircuitStats extends CircuitFigures {
  /** Calls refused since the last move. */
  readonly rejected: number;
  /** Calls that wait for the trial. */
  readonly waiting: number;
  readonly lastFailure?: LastFailure;
  /** Calls pass. */
  readonly healthy: boolean;
}

const nothing: CircuitFigures = {
  calls: 0,
  successes: 0,
  failures: 0,
  ignored: 0,
  slow: 0,
  timeouts: 0,
  failureRate: Number.NaN,
  successRate: Number.NaN,
  slowRate: Number.NaN,
  consecutiveFailures: 0,
  inFlight: 0,
};

/** The figures of a circuit by now. */
export function figuresOf(circuit: Circuit, now: number, terms: CircuitTerms): CircuitFigures {
  const recording = recordingOf(circuit);
  if (recording === undefined) return nothing;
  const { window, consecutiveFailures, inFlight } = recording;
  window.forward(now);
  const { calls, failures, ignored, slow, timeouts } = window;
  const { failureRate, slowRate } = ratesOf(recording, terms.thresholds);
  const successes = calls - failures;
  return {
    calls,
    successes,
    failures,
    ignored,
    slow,
    timeouts,
    failureRate,
    successRate: 1 - failureRate,
    slowRate,
    consecutiveFailures,
    inFlight,
  };
}

/** Tells whether a circuit lets every call pass. */
export function passes(circuit: Circuit): boolean {
  return circuit.is === 'closed' || circuit.is === 'metrics-only' || circuit.is === 'disabled';
}
