import type { Call, RejectedError } from '../../core/index.js';

/** One call that is being repeated. */
export interface Sequence {
  readonly call: Call;
  readonly startedAt: number;
  /** The attempt that runs or has just ended, from 1. */
  attempt: number;
  /** How often retries had been used up anywhere when that attempt started. */
  usedUpBefore: number;
  /** The wait before that attempt; `delay` before the first. */
  previous: number;
  lastRefusal: RejectedError | undefined;
}
