import { bucketCount, TimeBuckets } from '../../core/index.js';

/** What was asked of a callee in the last so many milliseconds, and how much of it the callee accepted. */
export class Demand extends TimeBuckets {
  /** Calls that were asked for, those that were refused here included. */
  requests = 0;
  /** Calls that the callee answered. */
  accepts = 0;
  /** Calls that were refused here. */
  refused = 0;

  constructor(duration: number, now: number) {
    super(duration, 3, now);
  }

  /** Counts a call that is refused. */
  refuse(now: number): void {
    this.forward(now);
    this.requests += this.count(0);
    this.refused += this.count(2);
  }

  /** Counts a call that was let through in that bucket; one from before all that is remembered says nothing about the present. */
  settle(entered: number, accepted: boolean, now: number): void {
    this.forward(now);
    if (this.present - entered >= bucketCount) return;
    this.requests += this.count(0);
    if (accepted) this.accepts += this.count(1);
  }

  protected override drop(left: Uint32Array): void {
    const [requests, accepts, refused] = left as unknown as [number, number, number];
    this.requests -= requests;
    this.accepts -= accepts;
    this.refused -= refused;
  }
}
