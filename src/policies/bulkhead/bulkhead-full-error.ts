import { nameError, RejectedError } from '../../core/index.js';

/** A full bulkhead, as a call found it. */
export interface FullBulkhead {
  readonly site: string;
  readonly bulkhead: string;
  readonly running: number;
  readonly queued: number;
}

/** All slots are taken, and so are all places in the queue; the method was not called. */
export class BulkheadFullError extends RejectedError {
  static override readonly family: string = 'BulkheadFullError';
  readonly code = 'HOLDFAST_BULKHEAD_FULL';
  /** The bulkhead's name. */
  readonly bulkhead: string;
  readonly running: number;
  readonly queued: number;

  constructor({ site, bulkhead, running, queued }: FullBulkhead, captureStack = false) {
    const message = `${site} was not called: its bulkhead is full (${running} running, ${queued} waiting)`;
    super(message, { site, policy: 'bulkhead', captureStack });
    this.bulkhead = bulkhead;
    this.running = running;
    this.queued = queued;
  }

  static {
    nameError(BulkheadFullError);
  }
}
