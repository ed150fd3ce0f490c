import type { Counter, Gauge, Histogram } from 'prom-client';
import { InvalidOptionsError } from '../../core/index.js';
import type { Runtime } from '../../runtime/index.js';
import { collectorOf } from './collector.js';
import { DurationHistogram } from './duration-histogram.js';
import { durations } from './durations.js';
import { HttpAccounts } from './http-accounts.js';
import { HttpHistogram, httpDuration, httpMetrics } from './http-metrics.js';
import { ledgers, metrics } from './metrics.js';
import type { AnyRegistry } from './prometheus-options.js';

/** Where a registry carries its exporter: found by other copies of this package, too, as after a hot reload. */
const slot = Symbol.for('holdfast.exporter');

/** The exporter of a registry: one, however many listeners write to it, so that they are not in each other's way. */
export function exporterOf(registry: AnyRegistry): Exporter {
  const known = (registry as AnyRegistry & { readonly [slot]?: Exporter })[slot];
  if (known) return known;
  const exporter = new Exporter(registry);
  Object.defineProperty(registry, slot, { value: exporter });
  return exporter;
}

/** Tells one registry of all runtimes that are attached, as long as there are any; the same series of two runtimes add up. */
export class Exporter {
  readonly #registry: AnyRegistry;
  readonly #runtimes = new Set<Runtime>();
  readonly #http = new HttpAccounts();
  readonly #collectors = new Map<string, Counter | Gauge | Histogram>();
  #histograms: readonly DurationHistogram[] = [];

  constructor(registry: AnyRegistry) {
    this.#registry = registry;
    for (const metric of metrics) this.#collectors.set(metric.name, collectorOf(metric, this.#runtimes));
  }

  /**
   * Tells of a runtime, with durations where there are buckets for them, and with requests of HTTP clients where endpoints may be told; the
   * returned function stops, and its series are gone.
   */
  attach(runtime: Runtime, buckets: readonly number[] | undefined, maxEndpoints?: number): () => void {
    if (this.#runtimes.has(runtime)) throw fault('registry', 'is told of this runtime already, by another listener');
    const histograms = buckets === undefined ? [] : this.#histogramsWith(buckets);
    if (maxEndpoints !== undefined) this.#addHttp(buckets);
    this.#register();
    this.#runtimes.add(runtime);
    for (const ledger of ledgers) ledger.follow(runtime);
    const stops = histograms.map((histogram) => histogram.watch(runtime));
    if (maxEndpoints !== undefined) stops.push(this.#http.follow(runtime, { maxEndpoints, bounds: buckets }));
    return () => {
      for (const stop of stops) stop();
      this.#runtimes.delete(runtime);
      if (this.#runtimes.size === 0) this.#unregister();
    };
  }

  #histogramsWith(buckets: readonly number[]): readonly DurationHistogram[] {
    if (this.#histograms.length === 0) {
      this.#histograms = durations.map((timing) => new DurationHistogram(timing, buckets));
      for (const histogram of this.#histograms) this.#collectors.set(histogram.timing.name, histogram);
    }
    if (this.#histograms.every(({ bounds }) => bounds.join() === buckets.join())) return this.#histograms;
    throw fault('durations', 'must have the same buckets as those of the other listener on this registry', buckets);
  }

  #addHttp(buckets: readonly number[] | undefined): void {
    for (const metric of httpMetrics(this.#http)) {
      if (!this.#collectors.has(metric.name)) this.#collectors.set(metric.name, collectorOf(metric, this.#runtimes));
    }
    if (buckets === undefined || this.#collectors.has(httpDuration.name)) return;
    this.#collectors.set(httpDuration.name, new HttpHistogram(this.#http, buckets));
  }

  #register(): void {
    const taken = [...this.#collectors.keys()].find((name) => this.#isTaken(name));
    if (taken !== undefined) {
      this.#dropExtras(); // those that this listener asked for first
      throw fault('registry', `has a metric of its own named ${taken}`);
    }
    for (const collector of this.#collectors.values()) this.#registry.registerMetric(collector);
  }

  #unregister(): void {
    for (const name of this.#collectors.keys()) this.#registry.removeSingleMetric(name);
    this.#dropExtras();
  }

  /** Forgets what not every listener asks for, unless it is registered for one that did. */
  #dropExtras(): void {
    for (const [name, collector] of this.#collectors) {
      if (!always.has(name) && this.#registry.getSingleMetric(name) !== collector) this.#collectors.delete(name);
    }
    this.#histograms = this.#histograms.filter(({ timing }) => this.#collectors.has(timing.name));
  }

  #isTaken(name: string): boolean {
    const present = this.#registry.getSingleMetric(name);
    return present !== undefined && present !== this.#collectors.get(name);
  }
}

/** The metrics that every listener tells. */
const always: ReadonlySet<string> = new Set(metrics.map(({ name }) => name));

function fault(option: string, rule: string, value?: unknown): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'prometheus()', option, rule, ...(value !== undefined && { value }) });
}
