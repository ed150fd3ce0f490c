/** How a limiter stands. */
export interface LimiterStats {
  /** Calls that passed at once. */
  readonly permitted: number;
  /** Calls that passed after a wait. */
  readonly waited: number;
  /** Calls that were refused; not what `tryAcquire` found no permits for. */
  readonly rejected: number;
  /** Calls that wait now. */
  readonly waiting: number;
  /** Permits that could be had at once. */
  readonly available: number;
}

/** How two limiters stand together. */
export function together(a: LimiterStats, b: LimiterStats): LimiterStats {
  return {
    permitted: a.permitted + b.permitted,
    waited: a.waited + b.waited,
    rejected: a.rejected + b.rejected,
    waiting: a.waiting + b.waiting,
    available: a.available + b.available,
  };
}

/** What a limiter that has left still counts for. */
export function lasting(stats: LimiterStats): LimiterStats {
  return { ...stats, waiting: 0, available: 0 };
}
