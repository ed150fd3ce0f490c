export { type PrometheusListener, prometheus } from './prometheus.js';
export type { AnyRegistry, PrometheusOptions } from './prometheus-options.js';
