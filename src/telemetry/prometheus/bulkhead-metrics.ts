import type { Bulkhead, BulkheadStats } from '../../policies/bulkhead/index.js';
import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

const ledger = new Ledger({
  accepted: ({ stats }: Bulkhead) => stats.accepted,
  rejected: ({ stats }: Bulkhead) => stats.rejected,
  timedOut: ({ stats }: Bulkhead) => stats.timedOut,
});

function bulkheadsOf(runtimes: readonly Runtime[]) {
  return runtimes.flatMap(({ bulkheads }) => ledger.accountsOf(bulkheads));
}

const calls: Metric<'bulkhead' | 'result'> = {
  type: 'counter',
  name: 'resilience_bulkhead_calls_total',
  help: 'Calls that came to a bulkhead: accepted at once or after a wait, rejected when it was full, or timed out waiting',
  labels: ['bulkhead', 'result'],
  read(runtimes, tell) {
    for (const { name: bulkhead, total } of bulkheadsOf(runtimes)) {
      tell({ bulkhead, result: 'accepted' }, total('accepted'));
      tell({ bulkhead, result: 'rejected' }, total('rejected'));
      tell({ bulkhead, result: 'timed_out' }, total('timedOut'));
    }
  },
};

/** What is told about Bulkhead. */
export const bulkheadMetrics: readonly Metric[] = [
  calls,
  gauge('running', 'Calls that have a slot'),
  gauge('queued', 'Calls that wait for a slot'),
  gauge('limit', 'Slots in all'),
];

function gauge(figure: keyof BulkheadStats, help: string): Metric<'bulkhead'> {
  return {
    type: 'gauge',
    name: `resilience_bulkhead_${figure}`,
    help: `${help}, of all keys together`,
    labels: ['bulkhead'],
    read(runtimes, tell) {
      for (const { name: bulkhead, instances } of bulkheadsOf(runtimes)) {
        for (const { stats } of instances) tell({ bulkhead }, stats[figure]);
      }
    },
  };
}
