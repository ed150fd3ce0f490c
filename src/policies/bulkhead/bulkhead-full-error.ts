import { nameError, RejectedError } from '../../core/index.js';

/** A full bulkhead, as a call found it. */
export interface FullBulkhead {
  readonly site: string;
  readonly bulkhead: string;
  readonly running: number;
  readonly queued: number;
  /** Why there was no room. @default 'full' */
  readonly reason?: FullReason;
  /** The slots that the call takes. @default 1 */
  readonly weight?: number;
  /** The most slots that the bulkhead can have; told where the weight is more. */
  readonly slots?: number;
}

/**
 * Why a bulkhead had no room: all slots and places were taken ('full'), the call lost its place in the queue ('shed'), or it takes more slots than
 * there ever are ('weight').
 */
export type FullReason = 'full' | 'shed' | 'weight';

/** All slots are taken, and so are all places in the queue, or what mattered more took the call's place; the method was not called. */
export class BulkheadFullError extends RejectedError {
  static override readonly family: string = 'BulkheadFullError';
  readonly code = 'HOLDFAST_BULKHEAD_FULL';
  /** The bulkhead's name. */
  readonly bulkhead: string;
  /** Slots that were taken. */
  readonly running: number;
  /** Calls that waited. */
  readonly queued: number;
  readonly reason: FullReason;
  /** The slots that the call takes. */
  readonly weight: number;

  constructor(full: FullBulkhead, captureStack = false) {
    const { site, bulkhead, running, queued, reason = 'full', weight = 1 } = full;
    const retryAfter = reason === 'weight' ? Number.POSITIVE_INFINITY : undefined;
    super(`${site} was not called: ${explain(full)}`, { site, policy: 'bulkhead', retryAfter, captureStack });
    this.bulkhead = bulkhead;
    this.running = running;
    this.queued = queued;
    this.reason = reason;
    this.weight = weight;
  }

  static {
    nameError(BulkheadFullError);
  }
}

function explain({ running, queued, reason, weight, slots }: FullBulkhead): string {
  const load = `(${running} running, ${queued} waiting)`;
  if (reason === 'weight') return `its weight of ${weight} is more than the ${slots} slots of its bulkhead`;
  if (reason === 'shed') return `it lost its place in the queue of its bulkhead ${load}`;
  return `its bulkhead is full ${load}`;
}
