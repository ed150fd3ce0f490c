import { budgetMetrics } from './budget-metrics.js';
import { bulkheadMetrics } from './bulkhead-metrics.js';
import { cacheMetrics } from './cache-metrics.js';
import { callMetrics } from './call-metrics.js';
import { chaosMetrics } from './chaos-metrics.js';
import { circuitMetrics } from './circuit-metrics.js';
import { dedupMetrics } from './dedup-metrics.js';
import { hedgeMetrics } from './hedge-metrics.js';
import type { Metric } from './metric.js';
import { rateLimitMetrics } from './rate-limit-metrics.js';
import { retryMetrics } from './retry-metrics.js';
import { throttleMetrics } from './throttle-metrics.js';
import { timeoutMetrics } from './timeout-metrics.js';

/** Every metric that is read from plain counters. */
export const metrics: readonly Metric[] = [
  ...callMetrics,
  ...retryMetrics,
  ...budgetMetrics,
  ...hedgeMetrics,
  ...timeoutMetrics,
  ...circuitMetrics,
  ...throttleMetrics,
  ...rateLimitMetrics,
  ...bulkheadMetrics,
  ...cacheMetrics,
  ...dedupMetrics,
  ...chaosMetrics,
];
