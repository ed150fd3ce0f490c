/** How many equal parts a window of time has: it moves on by one of them at a time. */
export const bucketCount = 10;

/**
 * Counts of the last so many milliseconds, in ten buckets on a grid that starts with the first use. Whoever extends it keeps the sums as fields
 * of its own: to read them from a list instead costs each count 2 ns more.
 */
export abstract class TimeBuckets {
  readonly #fields: number;
  readonly #startedAt: number;
  readonly #width: number;
  readonly #counts: Uint32Array;
  #present = 0;
  /** Where the present bucket lies. */
  #at = 0;
  /** When it ends. */
  #until: number;

  /** Each bucket has so many counts, its fields. */
  constructor(duration: number, fields: number, now: number) {
    this.#fields = fields;
    this.#width = duration / bucketCount;
    this.#counts = new Uint32Array(bucketCount * fields);
    this.#startedAt = now;
    this.#until = now + this.#width;
  }

  /** The number of the present bucket, counted from the start. */
  get present(): number {
    return this.#present;
  }

  /** Lets go of what is too old by now. */
  forward(now: number): void {
    if (now >= this.#until) this.#moveTo(Math.floor((now - this.#startedAt) / this.#width));
  }

  /** Counts one in the present bucket; returns that one, to be added to the sum of the field. */
  protected count(field: number): number {
    const at = this.#at + field;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    return 1;
  }

  /** Takes off the sums what a bucket has counted that leaves. */
  protected abstract drop(left: Uint32Array): void;

  /** However long nothing happened, there are only ten buckets to empty. */
  #moveTo(bucket: number): void {
    const steps = Math.min(bucket - this.#present, bucketCount);
    for (let step = 1; step <= steps; step++) this.#empty(((this.#present + step) % bucketCount) * this.#fields);
    this.#present = bucket;
    this.#until = this.#startedAt + (bucket + 1) * this.#width;
    this.#at = (bucket % bucketCount) * this.#fields;
  }

  #empty(at: number): void {
    const left = this.#counts.subarray(at, at + this.#fields);
    this.drop(left);
    left.fill(0);
  }
}
