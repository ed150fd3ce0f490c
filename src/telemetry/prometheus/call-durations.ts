import { Histogram } from 'prom-client';
import type { Runtime } from '../../runtime/index.js';

/** The durations of the calls of one method, as a histogram counts them: calls per bucket, the last one without a bound. */
interface Tally {
  readonly counts: number[];
  sum: number;
}

/** One line of a histogram, in prom-client's form. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

const name = 'resilience_call_duration_seconds';
const help = 'Seconds from a call to its answer, retries and waits included; cancelled calls have none';

/**
 * How long calls take. Durations are counted in plain fields and put in prom-client's form when somebody scrapes: its own `observe`
 * costs as much as all the rest of a watched call.
 */
export class CallDurations extends Histogram<'method'> {
  readonly metricName = name;
  readonly bounds: readonly number[];
  readonly #tallies = new Map<Runtime, Map<string, Tally>>();

  constructor(buckets: readonly number[]) {
    super({ name, help, labelNames: ['method'], buckets: [...buckets], registers: [] });
    this.bounds = buckets;
  }

  /** Counts the calls of a runtime; the returned function stops, and forgets them. */
  watch(runtime: Runtime): () => void {
    const tallies = new Map<string, Tally>();
    this.#tallies.set(runtime, tallies);
    const stops = [
      runtime.events.on('call.succeeded', ({ site, elapsed }) => this.#count(tallies, site, elapsed / 1000)),
      runtime.events.on('call.failed', ({ site, elapsed, cancelled }) => {
        if (!cancelled) this.#count(tallies, site, elapsed / 1000);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#tallies.delete(runtime);
    };
  }

  /** What a registry asks a histogram for; its `get()` is made from this, too. */
  async getForPromString() {
    const values = [...this.#totals()].flatMap(([method, tally]) => this.#linesOf(method, tally));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }

  #count(tallies: Map<string, Tally>, site: string, seconds: number): void {
    let tally = tallies.get(site);
    if (tally === undefined) {
      tally = this.#empty();
      tallies.set(site, tally);
    }
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket++;
    (tally.counts[bucket] as number)++;
    tally.sum += seconds;
  }

  #empty(): Tally {
    return { counts: new Array(this.bounds.length + 1).fill(0), sum: 0 };
  }

  /** Every prepared method, those not called yet included. */
  #totals(): Map<string, Tally> {
    const totals = new Map<string, Tally>();
    for (const [runtime, tallies] of this.#tallies) {
      for (const { site } of runtime.methods()) {
        const total = totals.get(site) ?? this.#empty();
        totals.set(site, sum(total, tallies.get(site) ?? this.#empty()));
      }
    }
    return totals;
  }

  #linesOf(method: string, { counts, sum }: Tally): Line[] {
    const sharedLabels = { method };
    let calls = 0;
    const lines = counts.map((count, bucket): Line => {
      calls += count;
      const le = this.bounds[bucket] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: calls };
    });
    lines.push({ metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum });
    lines.push({ metricName: `${name}_count`, labels: {}, sharedLabels, value: calls });
    return lines;
  }
}

function sum(one: Tally, other: Tally): Tally {
  return {
    counts: one.counts.map((count, bucket) => count + (other.counts[bucket] as number)),
    sum: one.sum + other.sum,
  };
}
