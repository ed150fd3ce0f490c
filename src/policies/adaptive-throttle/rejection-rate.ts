/** What the share of calls that are refused follows from, besides what was asked and accepted. */
export interface RejectionTerms {
  /** The share of calls that must succeed. */
  readonly successThreshold: number;
  /** Below this many calls nothing is refused. */
  readonly minimumCalls: number;
  /** The largest share that is refused. */
  readonly maxRejectionRate: number;
}

/**
 * The share of calls to refuse: max(0, (requests − K · accepts) / (requests + 1)) with K = 1 / successThreshold, as in "Handling Overload" of
 * Google's SRE book, within a limit.
 */
export function rejectionRate(
  requests: number,
  accepts: number,
  { successThreshold, minimumCalls, maxRejectionRate }: RejectionTerms,
): number {
  const excess = requests - accepts / successThreshold;
  if (excess <= 0 || requests < minimumCalls) return 0;
  return Math.min(excess / (requests + 1), maxRejectionRate);
}
