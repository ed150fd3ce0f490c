import { failed, type Outcome, slow, succeeded, timedOut } from './outcome.js';
import type { Window } from './window.js';

/** All results since the circuit moved: enough where only failures in a row are looked for. */
export class Tally implements Window {
  calls = 0;
  failures = 0;
  slow = 0;
  timeouts = 0;
  ignored = 0;

  add(outcome: Outcome): void {
    this.calls++;
    if (outcome === succeeded) return;
    if (outcome & failed) this.failures++;
    if (outcome & slow) this.slow++;
    if (outcome & timedOut) this.timeouts++;
  }

  ignore(): void {
    this.ignored++;
  }

  forward(): void {} // nothing here grows old
}
