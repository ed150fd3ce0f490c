import { type Metric, policiesOf } from './metric.js';

const calls: Metric<'method' | 'scope' | 'timed_out'> = {
  type: 'counter',
  name: 'resilience_timeout_calls_total',
  help: 'Calls (scope total) and attempts (scope attempt) under a time limit, by whether the limit struck',
  labels: ['method', 'scope', 'timed_out'],
  read(runtimes, tell) {
    for (const { site, place, stats } of policiesOf(runtimes, 'timeout')) {
      const scope = place === 'timeout.total' ? 'total' : 'attempt';
      tell({ method: site, scope, timed_out: 'false' }, stats.settled ?? 0);
      tell({ method: site, scope, timed_out: 'true' }, stats.struck ?? 0);
    }
  },
};

/** What is told about Timeout. */
export const timeoutMetrics: readonly Metric[] = [calls];
