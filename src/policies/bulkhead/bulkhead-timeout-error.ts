import { nameError, RejectedError } from '../../core/index.js';

/** A wait in the queue of a bulkhead that was given up. */
export interface VainWait {
  readonly site: string;
  readonly bulkhead: string;
  /** The milliseconds that the call waited. */
  readonly after: number;
}

/** No slot came free within `maxWait`; the method was not called. */
export class BulkheadTimeoutError extends RejectedError {
  static override readonly family: string = 'BulkheadTimeoutError';
  readonly code = 'HOLDFAST_BULKHEAD_TIMEOUT';
  /** The bulkhead's name. */
  readonly bulkhead: string;
  /** The milliseconds that the call waited. */
  readonly after: number;

  constructor({ site, bulkhead, after }: VainWait, captureStack = false) {
    const message = `${site} was not called: no slot of its bulkhead came free within ${after} ms`;
    super(message, { site, policy: 'bulkhead', captureStack });
    this.bulkhead = bulkhead;
    this.after = after;
  }

  static {
    nameError(BulkheadTimeoutError);
  }
}
