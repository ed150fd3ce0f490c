import type { Call } from '../../core/index.js';
import { type Hold, rounding } from './meter.js';
import type { Place } from './permit-line.js';

/** A call in the queue. */
export class PermitWaiter implements Place<PermitWaiter> {
  readonly call: Call;
  readonly weight: number;
  readonly maxWait: number;
  readonly since: number;
  /** When it will not wait any longer. */
  readonly until: number;
  readonly resolve: (hold: Hold) => void;
  readonly reject: (reason: unknown) => void;
  leave: (() => void) | undefined = undefined;
  number = 0;
  ahead: PermitWaiter | undefined = undefined;
  behind: PermitWaiter | undefined = undefined;

  constructor(
    call: Call,
    weight: number,
    maxWait: number,
    since: number,
    resolve: (hold: Hold) => void,
    reject: (reason: unknown) => void,
  ) {
    this.call = call;
    this.weight = weight;
    this.maxWait = maxWait;
    this.since = since;
    this.until = Math.min(since + maxWait, call.deadline);
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Whether its turn may come as late as that. */
  waitsUntil(turn: number): boolean {
    return turn <= this.since + this.maxWait + rounding && turn < this.call.deadline;
  }
}
