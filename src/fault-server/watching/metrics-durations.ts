import { Histogram } from 'prom-client';
import { durationBounds, type MetricsTally, type RouteDurations } from './metrics-tally.js';

const name = 'fault_server_request_duration_seconds';
const help = 'Seconds from the arrival of a request to its end, waits included, by the template of its path';

/** One line of a histogram, in prom-client's form. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How long requests take, as a histogram that is read from plain fields. */
export class DurationMetric extends Histogram<'route'> {
  readonly #tally: MetricsTally;

  constructor(tally: MetricsTally) {
    super({ name, help, labelNames: ['route'], buckets: [...durationBounds], registers: [] });
    this.#tally = tally;
  }

  /** What a registry asks a histogram for. */
  async getForPromString() {
    const values = [...this.#tally.durations].flatMap(([route, durations]) => linesOf({ route }, durations));
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}

function linesOf(sharedLabels: Readonly<Record<string, string>>, { counts, sum }: RouteDurations): Line[] {
  let noted = 0;
  const buckets = counts.map((count, bucket): Line => {
    noted += count;
    const le = durationBounds[bucket] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: noted };
  });
  const line = (end: string, value: number): Line => ({
    metricName: `${name}_${end}`,
    labels: {},
    sharedLabels,
    value,
  });
  return [...buckets, line('sum', sum), line('count', noted)];
}
