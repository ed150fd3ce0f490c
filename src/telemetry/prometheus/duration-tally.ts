/** Durations as a histogram counts them: how many in each bucket, the last one without a bound, and their sum. In seconds. */
export class DurationTally {
  readonly counts: number[];
  sum = 0;
  readonly #bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(seconds: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket++;
    (this.counts[bucket] as number)++;
    this.sum += seconds;
  }

  /** Adds what another one with the same bounds has counted. */
  addAll({ counts, sum }: DurationTally): void {
    for (const [bucket, count] of counts.entries()) (this.counts[bucket] as number) += count;
    this.sum += sum;
  }
}
