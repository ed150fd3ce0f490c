/** The middle of what was measured, which a noisy neighbour moves least. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing was asked for');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
