import { Counter, type CounterConfiguration, Gauge } from 'prom-client';
import type { Runtime } from '../../runtime/index.js';
import type { Metric } from './metric.js';

/** A metric as prom-client knows it; its values are read anew for each scrape. */
export function collectorOf(metric: Metric, runtimes: ReadonlySet<Runtime>): Counter | Gauge {
  const { name, help, labels, aggregator } = metric;
  const shape = {
    name,
    help,
    labelNames: labels,
    ...(aggregator && { aggregator }),
    registers: [],
    collect(this: Counter | Gauge) {
      this.reset();
      metric.read([...runtimes], (series, value) => this.inc(series, value));
    },
  };
  return metric.type === 'counter' ? new LastingCounter(shape) : new Gauge(shape);
}

/** A counter that keeps its name: an OpenMetrics registry takes the `_total` off for good, and would then register it twice. */
class LastingCounter extends Counter {
  declare name: string;
  readonly #name: string;

  constructor(configuration: CounterConfiguration<string>) {
    super(configuration);
    this.#name = configuration.name;
  }

  override get() {
    const told = super.get(); // has read the name by now
    this.name = this.#name;
    return told;
  }
}
