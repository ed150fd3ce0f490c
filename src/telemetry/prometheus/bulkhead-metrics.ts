import type { BulkheadStats } from '../../policies/bulkhead/index.js';
import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

/** How a call fares, each with its counter. */
const results = { accepted: 'accepted', rejected: 'rejected', timed_out: 'timedOut', shed: 'shed' } as const;

/** What the bulkheads of each name have counted. */
export const bulkheadLedger = new Ledger(({ bulkheads }: Runtime) => bulkheads, {
  accepted: ({ stats }) => stats.accepted,
  rejected: ({ stats }) => stats.rejected,
  timedOut: ({ stats }) => stats.timedOut,
  shed: ({ stats }) => stats.shed,
});

const calls: Metric<'bulkhead' | 'result'> = {
  type: 'counter',
  name: 'resilience_bulkhead_calls_total',
  help: 'Calls that came to a bulkhead: accepted at once or after a wait, rejected when it was full, timed out waiting, or shed from the queue',
  labels: ['bulkhead', 'result'],
  read(runtimes, tell) {
    for (const { name: bulkhead, total } of bulkheadLedger.accountsOf(runtimes)) {
      for (const [result, counter] of Object.entries(results)) tell({ bulkhead, result }, total(counter));
    }
  },
};

const adaptiveLimit: Metric<'bulkhead'> = {
  type: 'gauge',
  name: 'resilience_adaptive_limit',
  help: 'Slots that adaptive bulkheads have found to be right, of all keys together',
  labels: ['bulkhead'],
  read(runtimes, tell) {
    for (const { name: bulkhead, instances } of bulkheadLedger.accountsOf(runtimes)) {
      for (const { adaptation } of instances) if (adaptation) tell({ bulkhead }, adaptation.limit);
    }
  },
};

/** What is told about Bulkhead. */
export const bulkheadMetrics: readonly Metric[] = [
  calls,
  gauge('running', 'Calls that have a slot'),
  gauge('queued', 'Calls that wait for a slot'),
  gauge('limit', 'Slots in all'),
  adaptiveLimit,
];

function gauge(figure: keyof BulkheadStats, help: string): Metric<'bulkhead'> {
  return {
    type: 'gauge',
    name: `resilience_bulkhead_${figure}`,
    help: `${help}, of all keys together`,
    labels: ['bulkhead'],
    read(runtimes, tell) {
      for (const { name: bulkhead, instances } of bulkheadLedger.accountsOf(runtimes)) {
        for (const { stats } of instances) tell({ bulkhead }, stats[figure]);
      }
    },
  };
}
