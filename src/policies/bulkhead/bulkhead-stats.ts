/** How a bulkhead stands. */
export interface BulkheadStats {
  /** Slots that are taken now: one for each call, or as many as its weight. */
  readonly running: number;
  /** Calls that wait for one now. */
  readonly queued: number;
  /** Slots in all; those that it has found by itself, where it is adaptive. */
  readonly limit: number;
  /** Calls that got a slot, at once or after a wait. */
  readonly accepted: number;
  /** Calls that were refused because it was full. */
  readonly rejected: number;
  /** Calls that were refused after their longest wait. */
  readonly timedOut: number;
  /** Calls that lost their place in the queue, to one of a higher priority or because there was less room. */
  readonly shed: number;
}

/** How two bulkheads stand together. */
export function together(a: BulkheadStats, b: BulkheadStats): BulkheadStats {
  return {
    running: a.running + b.running,
    queued: a.queued + b.queued,
    limit: a.limit + b.limit,
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    timedOut: a.timedOut + b.timedOut,
    shed: a.shed + b.shed,
  };
}

/** What a bulkhead that has left still counts for. */
export function lasting(stats: BulkheadStats): BulkheadStats {
  return { ...stats, running: 0, queued: 0, limit: 0 };
}
