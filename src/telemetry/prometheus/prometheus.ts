import { Registry } from 'prom-client';
import type { Listener } from '../../runtime/index.js';
import { exporterOf } from './exporter.js';
import { type AnyRegistry, type PrometheusOptions, readOptions } from './prometheus-options.js';

/** Metrics of the runtimes that it is attached to. */
export interface PrometheusListener<R extends AnyRegistry = Registry> extends Listener {
  /** What to answer a scrape from: `await registry.metrics()`. */
  readonly registry: R;
}

/**
 * Tells prom-client what the policies and the HTTP clients do: plain counters, read when somebody scrapes.
 *
 * ```ts
 * const metrics = prometheus();
 * const runtime = new Runtime({ listeners: [metrics] }); // or resilienceModule({ listeners: [metrics] })
 *
 * app.get('/metrics', async (_request, reply) => {
 *   reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
 * });
 * ```
 */
export function prometheus<R extends AnyRegistry>(
  options: PrometheusOptions<R> & { readonly registry: R },
): PrometheusListener<R>;
export function prometheus(options?: PrometheusOptions): PrometheusListener;
export function prometheus(options: PrometheusOptions = {}): PrometheusListener<AnyRegistry> {
  const { enabled, registry = new Registry(), buckets, maxEndpoints } = readOptions(options);
  return {
    registry,
    attach: (runtime) => (enabled ? exporterOf(registry).attach(runtime, buckets, maxEndpoints) : undefined),
  };
}
