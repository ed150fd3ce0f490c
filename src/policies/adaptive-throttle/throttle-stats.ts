/** How a throttle stands, over its present window. */
export interface ThrottleStats {
  /** Calls that were asked for and have settled, and those that were refused. */
  readonly requests: number;
  /** Calls that the callee answered. */
  readonly accepts: number;
  /** Calls that were refused here. */
  readonly refused: number;
  /** The share of calls that are refused at present. */
  readonly rejectionRate: number;
}

/** What became of a throttle's calls since it was made, in numbers that only grow. */
export interface ThrottleTotals {
  readonly passed: number;
  readonly refused: number;
}

/** How two throttles stand together; each one's rate counts for as much as was asked of it. */
export function together(a: ThrottleStats, b: ThrottleStats): ThrottleStats {
  const requests = a.requests + b.requests;
  const share = a.requests * a.rejectionRate + b.requests * b.rejectionRate;
  return {
    requests,
    accepts: a.accepts + b.accepts,
    refused: a.refused + b.refused,
    rejectionRate: requests === 0 ? 0 : share / requests,
  };
}
