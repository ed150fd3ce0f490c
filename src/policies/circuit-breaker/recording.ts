import { failed, type Outcome } from './outcome.js';
import type { Window } from './window.js';

/** What a circuit remembers of the calls that it let through in one of its states; changed in place, so that a call allocates nothing. */
export class Recording {
  readonly window: Window;
  consecutiveFailures = 0;
  /** Calls let through in this state that have not settled. */
  inFlight = 0;
  /** A threshold has been reached since this began. */
  alarmed = false;

  constructor(window: Window) {
    this.window = window;
  }

  add(outcome: Outcome, now: number): void {
    this.consecutiveFailures = (outcome & failed) === 0 ? 0 : this.consecutiveFailures + 1;
    this.window.add(outcome, now);
  }
}
