import type { Events } from '../../core/index.js';
import { type Metric, policiesOf } from './metric.js';

const things: readonly Events['chaos.injected']['what'][] = ['behavior', 'latency', 'fault', 'result'];

const injected: Metric<'method' | 'what'> = {
  type: 'counter',
  name: 'resilience_chaos_injected_total',
  help: 'What was injected into attempts on purpose',
  labels: ['method', 'what'],
  read(runtimes, tell) {
    for (const { site, stats } of policiesOf(runtimes, 'chaos')) {
      for (const what of things) tell({ method: site, what }, stats[what] ?? 0);
    }
  },
};

/** What is told about Chaos. */
export const chaosMetrics: readonly Metric[] = [injected];
