import { type BudgetOptions, EventBus, type Events, RetryBudgetRegistry } from '../../../src/core/index.js';
import { ManualClock } from '../../../src/testing/index.js';

/** A budget by itself, with time in the test's hands. */
export function budgetOf(options: BudgetOptions = {}) {
  const clock = new ManualClock();
  const events = new EventBus();
  const spent: Events['retry.budgetSpent'][] = [];
  events.on('retry.budgetSpent', (event) => spent.push(event));
  const budget = new RetryBudgetRegistry({ clock, events }).register('github', options);
  const take = (error: unknown = new Error('failed')) => budget.take({ site: 'Service.method', kind: 'retry', error });
  const begin = (calls = 1) => {
    for (let call = 0; call < calls; call++) budget.begin(clock.now());
  };
  /** Takes until it is spent; how often it was granted. */
  const drain = (most = 100_000) => {
    let granted = 0;
    while (granted < most && take() !== undefined) granted++;
    return granted;
  };
  return { budget, clock, spent, take, begin, drain };
}
