import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

/** What the limiters of each name have counted. */
export const limiterLedger = new Ledger(({ limiters }: Runtime) => limiters, {
  permitted: ({ stats }) => stats.permitted,
  waited: ({ stats }) => stats.waited,
  rejected: ({ stats }) => stats.rejected,
});

const calls: Metric<'limiter' | 'result'> = {
  type: 'counter',
  name: 'resilience_ratelimit_calls_total',
  help: 'Calls that came to a limiter: permitted at once, permitted after a wait, or rejected',
  labels: ['limiter', 'result'],
  read(runtimes, tell) {
    for (const { name: limiter, total } of limiterLedger.accountsOf(runtimes)) {
      for (const result of ['permitted', 'waited', 'rejected'] as const) tell({ limiter, result }, total(result));
    }
  },
};

const available: Metric<'limiter'> = {
  type: 'gauge',
  name: 'resilience_ratelimit_available_permits',
  help: 'Permits that could be had at once, of all keys together',
  labels: ['limiter'],
  read(runtimes, tell) {
    for (const { name: limiter, instances } of limiterLedger.accountsOf(runtimes)) {
      for (const instance of instances) tell({ limiter }, instance.available);
    }
  },
};

const waiting: Metric<'limiter'> = {
  type: 'gauge',
  name: 'resilience_ratelimit_waiting',
  help: 'Calls that wait for permits',
  labels: ['limiter'],
  read(runtimes, tell) {
    for (const { name: limiter, instances } of limiterLedger.accountsOf(runtimes)) {
      for (const { stats } of instances) tell({ limiter }, stats.waiting);
    }
  },
};

/** What is told about RateLimit. */
export const rateLimitMetrics: readonly Metric[] = [calls, available, waiting];
