import type { Runtime } from '../../runtime/index.js';
import { type Metric, policiesOf } from './metric.js';

type ScopeLabel = 'method' | 'scope';

/** What the timeouts of each method have counted, with the labels that tell them apart. */
function timeoutsOf(runtimes: readonly Runtime[]) {
  return policiesOf(runtimes, 'timeout').map(({ site, place, stats }) => ({
    series: { method: site, scope: place === 'timeout.total' ? 'total' : 'attempt' },
    stats,
  }));
}

const calls: Metric<ScopeLabel | 'timed_out'> = {
  type: 'counter',
  name: 'resilience_timeout_calls_total',
  help: 'Calls (scope total) and attempts (scope attempt) under a time limit, by whether the limit struck',
  labels: ['method', 'scope', 'timed_out'],
  read(runtimes, tell) {
    for (const { series, stats } of timeoutsOf(runtimes)) {
      tell({ ...series, timed_out: 'false' }, stats.settled ?? 0);
      tell({ ...series, timed_out: 'true' }, stats.struck ?? 0);
    }
  },
};

const zombies: Metric<ScopeLabel> = {
  type: 'gauge',
  name: 'resilience_timeout_zombies',
  help: 'Methods that still run although their limit has struck',
  labels: ['method', 'scope'],
  read(runtimes, tell) {
    for (const { series, stats } of timeoutsOf(runtimes)) tell(series, stats.zombies ?? 0);
  },
};

/** What is told about Timeout. */
export const timeoutMetrics: readonly Metric[] = [calls, zombies];
