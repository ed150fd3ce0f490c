import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

/** What the budgets of each name have counted. */
export const budgetLedger = new Ledger(({ budgets }: Runtime) => budgets, {
  retry: ({ stats }) => stats.exhausted.retry,
  hedge: ({ stats }) => stats.exhausted.hedge,
});

const balance: Metric<'budget'> = {
  type: 'gauge',
  name: 'resilience_retry_budget_balance',
  help: 'What a budget has left, for retries and hedges alike: extra attempts by ratio or in flight, the stock of a quota, or tokens',
  labels: ['budget'],
  read(runtimes, tell) {
    for (const { name: budget, instances } of budgetLedger.accountsOf(runtimes)) {
      for (const { stats } of instances) tell({ budget }, inThousandths(stats.balance));
    }
  },
};

const exhausted: Metric<'budget' | 'kind'> = {
  type: 'counter',
  name: 'resilience_retry_budget_exhausted_total',
  help: 'Retries and hedges that were not made because their budget was spent',
  labels: ['budget', 'kind'],
  read(runtimes, tell) {
    for (const { name: budget, total } of budgetLedger.accountsOf(runtimes)) {
      for (const kind of ['retry', 'hedge'] as const) tell({ budget, kind }, total(kind));
    }
  },
};

/** What is told about retry budgets. */
export const budgetMetrics: readonly Metric[] = [balance, exhausted];

/** Nothing that a budget counts is finer, and sums of shares are a little off. */
function inThousandths(balance: number): number {
  return Math.round(balance * 1000) / 1000;
}
