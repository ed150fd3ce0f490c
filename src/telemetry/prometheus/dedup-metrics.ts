import { type Metric, policiesOf } from './metric.js';

const calls: Metric<'method' | 'role'> = {
  type: 'counter',
  name: 'resilience_dedup_calls_total',
  help: 'Calls that ran (leader), and calls that waited for one that asked for the same (follower)',
  labels: ['method', 'role'],
  read(runtimes, tell) {
    for (const { site, stats } of policiesOf(runtimes, 'dedup')) {
      tell({ method: site, role: 'leader' }, stats.leaders ?? 0);
      tell({ method: site, role: 'follower' }, stats.followers ?? 0);
    }
  },
};

const inFlight: Metric<'method'> = {
  type: 'gauge',
  name: 'resilience_dedup_inflight',
  help: 'Calls that run now, and that others may join',
  labels: ['method'],
  read(runtimes, tell) {
    for (const { site, stats } of policiesOf(runtimes, 'dedup')) tell({ method: site }, stats.inFlight ?? 0);
  },
};

/** What is told about Dedup. */
export const dedupMetrics: readonly Metric[] = [calls, inFlight];
