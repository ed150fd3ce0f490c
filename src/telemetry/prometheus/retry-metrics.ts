import type { DelayReason } from '../../policies/retry/index.js';
import { type Metric, policiesOf } from './metric.js';
import type { Timing } from './timing.js';

const results = [
  'value',
  'not_retryable',
  'max_attempts',
  'max_duration',
  'budget_exhausted',
  'retry_after',
  'deadline',
  'cancelled',
] as const;

const calls: Metric<'method' | 'retried' | 'result'> = {
  type: 'counter',
  name: 'resilience_retry_calls_total',
  help: 'Calls through a Retry, once each, by whether they were retried and how they came out',
  labels: ['method', 'retried', 'result'],
  read(runtimes, tell) {
    for (const { site, stats } of policiesOf(runtimes, 'retry')) {
      for (const result of results) {
        tell({ method: site, retried: 'false', result }, stats[`plain.${result}`] ?? 0);
        tell({ method: site, retried: 'true', result }, stats[`retried.${result}`] ?? 0);
      }
    }
  },
};

const retries: Metric<'method'> = {
  type: 'counter',
  name: 'resilience_retries_total',
  help: 'Attempts beyond the first that were scheduled',
  labels: ['method'],
  read(runtimes, tell) {
    for (const { site, stats } of policiesOf(runtimes, 'retry')) tell({ method: site }, stats.retries ?? 0);
  },
};

/** What is told about Retry. */
export const retryMetrics: readonly Metric[] = [calls, retries];

const reasons: readonly DelayReason[] = ['computed', 'retry_after'];

/** How long retries wait. */
export const retryDelays: Timing = {
  name: 'resilience_retry_delay_seconds',
  help: 'Seconds to wait before another attempt as they were scheduled, computed by the backoff or told by the callee',
  by: 'reason',
  partsOf: ({ kinds }) => (kinds.includes('retry') ? reasons : []),
  watch: (events, note) => events.on('retry.scheduled', ({ site, reason, delay }) => note(site, reason, delay)),
};
