import { describe, expect, it } from 'vitest';
import { EventBus, InvalidOptionsError, RetryBudgetRegistry, TimeoutError } from '../../../src/core/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { budgetOf } from './budget-world.js';

describe('a budget by ratio', () => {
  it('BG7 has a reserve at rest: ten per second, for ten seconds', () => {
    const { drain, budget } = budgetOf();
    expect(budget.stats.balance).toBeCloseTo(100);
    expect(drain()).toBe(100);
    expect(budget.stats).toMatchObject({ granted: { retry: 100, hedge: 0 }, exhausted: { retry: 1, hedge: 0 } });
  });

  it('grants a fifth of the calls besides', () => {
    const { begin, drain } = budgetOf();
    begin(50);
    expect(drain()).toBe(110);
  });

  it('forgets calls and what was granted after the ttl, and a tenth of it at most', async () => {
    const { begin, drain, clock } = budgetOf({ ratio: 0.5, minPerSecond: 0, ttl: '10s' });
    begin(10);
    expect(drain()).toBe(5);
    begin(10);
    await clock.advance(9_999);
    expect(drain()).toBe(5);
    await clock.advance(10_999);
    expect(drain()).toBe(0);
    begin(2);
    expect(drain()).toBe(1);
  });

  it('is as it was at first after hours without a call', async () => {
    const { begin, drain, clock } = budgetOf();
    begin(1000);
    drain();
    await clock.advance(3_600_000);
    expect(drain()).toBe(100);
  });

  it('loses nothing to rounding', () => {
    const { begin, drain } = budgetOf({ ratio: 0.29, minPerSecond: 0 });
    begin(100);
    expect(drain()).toBe(29);
  });
});

describe('a budget by what is in flight', () => {
  it('BG1 grants while the extra ones are at most a share of all, or fewer than the floor', () => {
    const { begin, take, budget } = budgetOf({ inFlight: 0.5, min: 1 });
    begin();
    expect(take()).toBe(1); // two in flight, one of them extra
    expect([take(), take()]).toEqual([1, undefined]);
    budget.settle('failure', 1);
    expect([take(), take()]).toEqual([1, undefined]);
  });

  it('says how many more it would grant, one after the other', () => {
    const { begin, drain, budget } = budgetOf({ inFlight: 0.2, min: 3 });
    for (const calls of [0, 1, 10, 40]) {
      begin(calls);
      const { balance } = budget.stats;
      expect(drain()).toBe(balance);
    }
  });

  it('is whole again when everything has settled', () => {
    const { begin, take, budget } = budgetOf({ inFlight: 0.2, min: 2 });
    begin(5);
    const taken = [take(), take()];
    for (const extra of taken) budget.settle('neutral', extra);
    for (let call = 0; call < 5; call++) budget.settle('success');
    expect(budget.stats.balance).toBe(2);
  });

  it('grants all with a share of 1', () => {
    const { drain, budget } = budgetOf({ inFlight: 1 });
    expect(budget.stats.balance).toBe(Number.POSITIVE_INFINITY);
    expect(drain(1000)).toBe(1000);
  });
});

describe('a budget by quota', () => {
  const timeouts = [
    new TimeoutError('attempt', 5, { site: 'x' }),
    new DOMException('late', 'TimeoutError'),
    Object.assign(new Error('late'), { code: 'ETIMEDOUT' }),
  ];

  it('takes 5 for a retry, and 10 after a timeout', () => {
    const { take, budget } = budgetOf({ quota: 500 });
    expect(take()).toBe(5);
    for (const timeout of timeouts) expect(take(timeout)).toBe(10);
    expect(budget.stats.balance).toBe(465);
    expect(budgetOf({ quota: 500 }).drain()).toBe(100);
  });

  it('takes twice the cost after a timeout, where that is all that is said', () => {
    expect(budgetOf({ quota: 10, cost: 4 }).take(timeouts[0])).toBe(8);
  });

  it('gives back what an attempt cost that succeeds, and 1 for a call that needed none, up to the quota', () => {
    const { take, budget } = budgetOf({ quota: 20 });
    const taken = [take(), take(timeouts[0])];
    budget.settle('success', taken[1]);
    expect(budget.stats.balance).toBe(15);
    budget.settle('failure', taken[0]);
    budget.settle('neutral');
    expect(budget.stats.balance).toBe(15);
    budget.settle('neutral', take()); // a wait that was cut short, a hedge that was outrun
    expect(budget.stats.balance).toBe(15);
    for (let call = 0; call < 10; call++) budget.settle('success');
    expect(budget.stats.balance).toBe(20);
  });
});

describe('a budget by tokens', () => {
  it('BG4 grants while more than half of the tokens are there', () => {
    const { take, budget } = budgetOf({ tokens: 10, tokenRatio: 0.1 });
    const verdicts = [1, 2, 3, 4, 5].map(() => {
      budget.settle('failure');
      return take() !== undefined;
    });
    expect(verdicts).toEqual([true, true, true, true, false]);
    expect(budget.stats.balance).toBe(5);
    budget.settle('success');
    expect(budget.stats.balance).toBe(5.1);
    expect(take()).toBe(0);
  });

  it('never has more than all, nor fewer than none', () => {
    const { budget } = budgetOf({ tokens: 2, tokenRatio: 1.5 });
    budget.settle('success');
    expect(budget.stats.balance).toBe(2);
    for (let call = 0; call < 5; call++) budget.settle('failure');
    expect(budget.stats.balance).toBe(0);
    budget.settle('neutral');
    expect(budget.stats.balance).toBe(0);
    budget.settle('success');
    expect(budget.stats.balance).toBe(1.5);
  });
});

describe('a spent budget', () => {
  it('says so in an event, for each extra attempt that is not made', () => {
    const { budget, spent } = budgetOf({ ratio: 0.2, minPerSecond: 0 });
    const error = new Error('failed');
    expect(budget.take({ site: 'Service.method', kind: 'retry', error })).toBeUndefined();
    expect(budget.take({ site: 'Service.other', kind: 'hedge', error: undefined })).toBeUndefined();
    expect(spent).toEqual([
      { site: 'Service.method', budget: 'github', kind: 'retry', error },
      { site: 'Service.other', budget: 'github', kind: 'hedge', error: undefined },
    ]);
    expect(budget.stats.exhausted).toEqual({ retry: 1, hedge: 1 });
  });
});

describe('a registry of budgets', () => {
  const registry = () => new RetryBudgetRegistry({ clock: new ManualClock(), events: new EventBus() });

  it('gives the usual budget under any name, and what is registered', () => {
    const budgets = registry();
    expect(budgets.get('one').summary).toBe('0.2 of the calls and 10 per second, over 10000 ms');
    expect(budgets.register('two', { inFlight: 0.2 }).summary).toBe('0.2 of the attempts in flight, or fewer than 3');
    expect(budgets.register('three', { quota: 500 }).summary).toBe('a quota of 500, 5 for each and 10 after a timeout');
    expect(budgets.register('four', { tokens: 10 }).summary).toBe(
      'more than half of 10 tokens, 0.1 back for each success',
    );
    expect(Object.keys(budgets.stats())).toEqual(['one', 'two', 'three', 'four']);
    expect(budgets.find('five')).toBeUndefined();
  });

  it('begins anew with other options, and lets two uses agree or says that they do not', () => {
    const budgets = registry();
    const budget = budgets.get('github');
    budgets.claim('github', { tokens: 10 }, 'A.one');
    expect(budget.stats.balance).toBe(10);
    expect(() => budgets.claim('github', { tokens: 10, tokenRatio: 0.1 }, 'A.two')).not.toThrow();
    expect(() => budgets.claim('github', { tokens: 20 }, 'A.three')).toThrow(
      "RetryBudget: tokens of 'github' is already set by A.one: two uses of a name must agree, but got { 'A.one': 10, 'A.three': 20 }",
    );
  });

  it.each([
    [{ ratio: 0 }, 'x: RetryBudget: ratio must be a rate above 0 and at most 1, but got 0'],
    [{ ratio: 1.1 }, 'x: RetryBudget: ratio must be a rate above 0 and at most 1, but got 1.1'],
    [{ minPerSecond: -1 }, 'x: RetryBudget: minPerSecond must be a number from 0 to 1000000, but got -1'],
    [
      { ttl: '10ms' },
      "x: RetryBudget: ttl must be a duration of at least 100 ms and at most 3600000 ms (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got '10ms'",
    ],
    [{ inFlight: 2 }, 'x: RetryBudget: inFlight must be a rate above 0 and at most 1, but got 2'],
    [{ min: 3 }, 'x: RetryBudget: inFlight must be given beside min'],
    [{ cost: 3 }, 'x: RetryBudget: quota must be given beside cost'],
    [{ tokenRatio: 0.1 }, 'x: RetryBudget: tokens must be given beside tokenRatio'],
    [
      { quota: 5, cost: 6 },
      'x: RetryBudget: cost must not be above quota (5): nothing could ever be granted, but got 6',
    ],
    [
      { quota: 5, timeoutCost: 6 },
      'x: RetryBudget: timeoutCost must not be above quota (5): nothing could ever be granted, but got 6',
    ],
    [{ tokens: 1001 }, 'x: RetryBudget: tokens must be a whole number from 1 to 1000, but got 1001'],
    [{ tokens: 10, tokenRatio: 0 }, 'x: RetryBudget: tokenRatio must be a number from 0.001 to 1000, but got 0'],
    [
      { tokens: 10, ttl: '5s' },
      'x: RetryBudget: tokens and ttl belong to different kinds of budget: give those of one',
    ],
    [{ share: 1 }, /share is no option; it takes ratio, minPerSecond, ttl, inFlight, min, quota/],
  ])('refuses %j', (options, message) => {
    const register = () => registry().register('x', options as object);
    expect(register).toThrow(InvalidOptionsError);
    expect(register).toThrow(message);
  });
});
