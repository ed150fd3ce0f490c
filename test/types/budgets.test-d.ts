import { type BudgetChoice, Retry, type RetryBudgetStats, Runtime } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

describe('the budget of a Retry', () => {
  it('is that of the class, none, one by its name, or one by the options of one rule', () => {
    const choices: BudgetChoice[] = [
      true,
      false,
      'payments',
      {},
      { ratio: 0.5, ttl: '20s' },
      { name: 'payments', minPerSecond: 1 },
      { inFlight: 0.2 },
      { quota: 500, timeoutCost: 20 },
      { name: 'search', tokens: 10, tokenRatio: 0.1 },
    ];
    for (const budget of choices) Retry({ budget });
    expectTypeOf(new Runtime().budgets.get('payments').stats).toEqualTypeOf<RetryBudgetStats>();
  });

  it('has no options of two rules, nor those beside a rule without the rule itself', () => {
    // @ts-expect-error a ratio is of another rule than a quota
    Retry({ budget: { ratio: 0.5, quota: 500 } });
    // @ts-expect-error tokens do not expire
    Retry({ budget: { tokens: 10, ttl: '10s' } });
    // @ts-expect-error the least of what share?
    Retry({ budget: { min: 3 } });
    // @ts-expect-error nobody knows a share
    Retry({ budget: { share: 0.2 } });
    // @ts-expect-error a number is no budget
    Retry({ budget: 0.2 });
    // @ts-expect-error a registry says the same
    new Runtime().budgets.register('payments', { cost: 5 });
  });
});
