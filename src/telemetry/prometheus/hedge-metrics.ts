import { type Metric, policiesOf } from './metric.js';

const results = ['won', 'lost', 'failed', 'suppressed'] as const;

const hedges: Metric<'method' | 'result'> = {
  type: 'counter',
  name: 'resilience_hedges_total',
  help: 'Copies made of attempts: those that won, were outrun (lost) or failed; and those not made, for want of budget or because of a refusal',
  labels: ['method', 'result'],
  read(runtimes, tell) {
    for (const { site, stats } of policiesOf(runtimes, 'hedge')) {
      for (const result of results) tell({ method: site, result }, stats[result] ?? 0);
    }
  },
};

/** What is told about Hedge. */
export const hedgeMetrics: readonly Metric[] = [hedges];
