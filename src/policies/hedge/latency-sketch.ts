/** How far a quantile may be off, as a share of it. */
export const sketchAccuracy = 0.02;
/** Milliseconds that are told apart from nothing. */
export const smallestLatency = 0.1;

const growth = (1 + sketchAccuracy) / (1 - sketchAccuracy);
const step = Math.log(growth);
const buckets = 512; // up to 21 hours; whatever takes longer counts as that

/**
 * One quantile of latencies, kept as they come: counts in buckets that grow by a constant factor, as DDSketch has them
 * (https://arxiv.org/abs/1908.10693), and where among them the quantile lies, which moves by a bucket or so with each latency.
 *
 * It forgets by halves: a turn drops all latencies from before the turn before.
 */
export class LatencySketch {
  readonly #quantile: number;
  readonly #all = new Uint32Array(buckets);
  #young = new Uint32Array(buckets);
  #old = new Uint32Array(buckets);
  #at = 0;
  #below = 0;
  /** How many latencies it knows. */
  count = 0;
  /** How many of them came since the last turn. */
  fresh = 0;

  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  /** The quantile, by nearest rank; Infinity while nothing is known. */
  get value(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : latencyOf(this.#at);
  }

  add(latency: number): void {
    const bucket = bucketOf(latency);
    (this.#all[bucket] as number)++;
    (this.#young[bucket] as number)++;
    if (bucket < this.#at) this.#below++;
    this.count++;
    this.fresh++;
    this.#follow();
  }

  turn(): void {
    const gone = this.#old;
    for (let bucket = 0; bucket < buckets; bucket++) (this.#all[bucket] as number) -= gone[bucket] as number;
    this.#old = this.#young;
    this.#young = gone.fill(0);
    this.count = this.fresh;
    this.fresh = 0;
    this.#at = 0;
    this.#below = 0;
    if (this.count > 0) this.#follow();
  }

  /** Moves to the bucket in which the quantile lies now. */
  #follow(): void {
    const rank = Math.max(1, Math.ceil(this.#quantile * this.count));
    while (this.#below >= rank) this.#below -= this.#all[--this.#at] as number;
    while (this.#below + (this.#all[this.#at] as number) < rank) this.#below += this.#all[this.#at++] as number;
  }
}

function bucketOf(latency: number): number {
  if (!(latency > smallestLatency)) return 0;
  return Math.min(buckets - 1, Math.ceil(Math.log(latency / smallestLatency) / step));
}

/** The middle of a bucket, in the sense of relative error. */
function latencyOf(bucket: number): number {
  return bucket === 0 ? smallestLatency : (smallestLatency * 2 * growth ** bucket) / (growth + 1);
}
