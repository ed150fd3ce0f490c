/** What an algorithm believes the limit to be; it is told of one window after the other. */
export interface Estimate {
  /** As the algorithm reckons, fractions included; within the range of its settings. */
  readonly value: number;
  /** A window ended: the average `rtt` of its calls in ms, above 0, the most that were running, and whether any was dropped. */
  update(rtt: number, running: number, dropped: boolean): void;
}

/** The nearest value within a range. */
export function within(
  { minLimit, maxLimit }: { readonly minLimit: number; readonly maxLimit: number },
  value: number,
): number {
  return Math.max(minLimit, Math.min(maxLimit, value));
}
