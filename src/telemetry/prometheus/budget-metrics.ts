import type { ExtraKind, RetryBudget } from '../../core/index.js';
import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

const ledger = new Ledger<RetryBudget, ExtraKind>({
  retry: ({ stats }) => stats.exhausted.retry,
  hedge: ({ stats }) => stats.exhausted.hedge,
});

function budgetsOf(runtimes: readonly Runtime[]) {
  return runtimes.flatMap(({ budgets }) => ledger.accountsOf(budgets));
}

const balance: Metric<'budget'> = {
  type: 'gauge',
  name: 'resilience_retry_budget_balance',
  help: 'What a budget has left, for retries and hedges alike: extra attempts by ratio or in flight, the stock of a quota, or tokens',
  labels: ['budget'],
  read(runtimes, tell) {
    for (const { name: budget, instances } of budgetsOf(runtimes)) {
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
    for (const { name: budget, total } of budgetsOf(runtimes)) {
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
