import { type ThrottleStats, together } from '../../policies/adaptive-throttle/index.js';
import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

/** What the throttles of each name have counted. */
export const throttleLedger = new Ledger(({ throttles }: Runtime) => throttles, {
  passed: ({ totals }) => totals.passed,
  refused: ({ totals }) => totals.refused,
});

const calls: Metric<'throttle' | 'result'> = {
  type: 'counter',
  name: 'resilience_throttle_calls_total',
  help: 'Calls that came to a throttle: passed on to the callee, or refused',
  labels: ['throttle', 'result'],
  read(runtimes, tell) {
    for (const { name: throttle, total } of throttleLedger.accountsOf(runtimes)) {
      for (const result of ['passed', 'refused'] as const) tell({ throttle, result }, total(result));
    }
  },
};

const rejectionRatio: Metric<'throttle'> = {
  type: 'gauge',
  aggregator: 'average',
  name: 'resilience_throttle_rejection_ratio',
  help: 'The share of calls that a throttle refuses at present',
  labels: ['throttle'],
  read(runtimes, tell) {
    for (const [throttle, { rejectionRate }] of standing(runtimes)) tell({ throttle }, rejectionRate);
  },
};

/** What is told about AdaptiveThrottle. */
export const throttleMetrics: readonly Metric[] = [calls, rejectionRatio];

/** How the throttles of each name stand together, in whichever runtime: shares do not add up. */
function standing(runtimes: readonly Runtime[]): Map<string, ThrottleStats> {
  const all = new Map<string, ThrottleStats>();
  for (const [name, stats] of runtimes.flatMap(({ throttles }) => Object.entries(throttles.stats()))) {
    const known = all.get(name);
    all.set(name, known === undefined ? stats : together(known, stats));
  }
  return all;
}
