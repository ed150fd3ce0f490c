import type { Runtime } from '../../runtime/index.js';
import { budgetLedger, budgetMetrics } from './budget-metrics.js';
import { bulkheadLedger, bulkheadMetrics } from './bulkhead-metrics.js';
import { cacheLedger, cacheMetrics } from './cache-metrics.js';
import { callMetrics } from './call-metrics.js';
import { chaosMetrics } from './chaos-metrics.js';
import * as circuits from './circuit-accounts.js';
import { circuitMetrics } from './circuit-metrics.js';
import { dedupMetrics } from './dedup-metrics.js';
import { hedgeMetrics } from './hedge-metrics.js';
import type { Metric } from './metric.js';
import { limiterLedger, rateLimitMetrics } from './rate-limit-metrics.js';
import { retryMetrics } from './retry-metrics.js';
import { throttleLedger, throttleMetrics } from './throttle-metrics.js';
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

/** What the metrics are read from that must follow a runtime before its first call, lest it misses who leaves before the first scrape. */
export const ledgers: readonly { follow(runtime: Runtime): void }[] = [
  budgetLedger,
  circuits.results,
  circuits.times,
  circuits.moves,
  throttleLedger,
  limiterLedger,
  bulkheadLedger,
  cacheLedger,
];
