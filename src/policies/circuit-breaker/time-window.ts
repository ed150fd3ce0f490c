import { TimeBuckets } from '../../core/index.js';
import { failed, type Outcome, slow, timedOut } from './outcome.js';
import type { Window } from './window.js';

/** The results of the last so many milliseconds, in ten buckets. */
export class TimeWindow extends TimeBuckets implements Window {
  calls = 0;
  failures = 0;
  slow = 0;
  timeouts = 0;
  ignored = 0;

  constructor(duration: number, now: number) {
    super(duration, 5, now);
  }

  add(outcome: Outcome, now: number): void {
    this.forward(now);
    this.calls += this.count(0);
    if (outcome & failed) this.failures += this.count(1);
    if (outcome & slow) this.slow += this.count(2);
    if (outcome & timedOut) this.timeouts += this.count(3);
  }

  ignore(now: number): void {
    this.forward(now);
    this.ignored += this.count(4);
  }

  protected override drop(left: Uint32Array): void {
    const [calls, failures, slowCalls, timeouts, ignored] = left as unknown as [number, number, number, number, number];
    this.calls -= calls;
    this.failures -= failures;
    this.slow -= slowCalls;
    this.timeouts -= timeouts;
    this.ignored -= ignored;
  }
}
