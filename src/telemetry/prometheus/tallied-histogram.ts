import { Histogram } from 'prom-client';
import type { DurationTally } from './duration-tally.js';

/** What a histogram is called, what it tells, and by which labels. */
export interface HistogramShape {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** One series of a histogram: its labels, and what was tallied under them. */
export type Tallied = readonly [labels: Readonly<Record<string, string>>, tally: DurationTally];

/** One line of a histogram, in prom-client's form. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * How long something takes, as a histogram. Durations are counted in plain fields and put in prom-client's form when somebody scrapes:
 * its own `observe` costs as much as all the rest of a watched call.
 */
export abstract class TalliedHistogram extends Histogram<string> {
  readonly bounds: readonly number[];
  readonly #shape: HistogramShape;

  constructor(shape: HistogramShape, bounds: readonly number[]) {
    const { name, help, labels } = shape;
    super({ name, help, labelNames: [...labels], buckets: [...bounds], registers: [] });
    this.bounds = bounds;
    this.#shape = shape;
  }

  /** Every series there is at the moment of a scrape. */
  protected abstract tallies(): Iterable<Tallied>;

  /** What a registry asks a histogram for; its `get()` is made from this, too. */
  async getForPromString() {
    const { name, help } = this.#shape;
    return {
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...this.tallies()].flatMap(this.#linesOf, this),
    };
  }

  #linesOf([sharedLabels, { counts, sum }]: Tallied): Line[] {
    const { name } = this.#shape;
    let noted = 0;
    const lines = counts.map((count, bucket): Line => {
      noted += count;
      const le = this.bounds[bucket] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: noted };
    });
    lines.push({ metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum });
    lines.push({ metricName: `${name}_count`, labels: {}, sharedLabels, value: noted });
    return lines;
  }
}
