import type { Outcome } from './outcome.js';

/** The results that a circuit looks at. */
export interface Window {
  /** Successes and failures. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /** Failures that were timeouts. */
  readonly timeouts: number;
  /** Calls that said nothing. */
  readonly ignored: number;
  add(outcome: Outcome, now: number): void;
  ignore(now: number): void;
  /** Lets go of what is too old by now. */
  forward(now: number): void;
}
