import { describe, expect, it } from 'vitest';
import { Hedge, Resilient, Retry } from '../../../decorators/index.js';
import type { BudgetChoice } from '../../../src/core/index.js';
import { currentCall, InvalidOptionsError, resilienceInfo } from '../../../src/core/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, RecordedEvents, testRuntime, watch } from '../../../src/testing/index.js';

const down = () => flaky.failing(Array(10_000).fill(new Boom('down')), 'up');

/** A function that always fails, retried without waits within a budget. */
function spending(budget: BudgetChoice, maxAttempts = 3) {
  const method = down();
  const world = protectForTest(method, { retry: { maxAttempts, delay: 0, budget } });
  return { ...world, method };
}

describe('Retry within its budget', () => {
  it('BG2 gives the original error at once when it is spent, and one event', async () => {
    const method = flaky.hanging();
    const { call, clock, runtime, events } = protectForTest(
      (fails: boolean): Promise<never> => (fails ? Promise.reject(error) : method()),
      { retry: { delay: 0, budget: { inFlight: 0.2, min: 1 } } },
    );
    const error = new Boom('down');
    const budget = runtime.budgets.find('Service.method');
    for (let extra = 0; extra < 2; extra++) budget?.begin(clock.now());
    expect(budget?.take({ site: 'Other', kind: 'hedge', error: undefined })).toBe(1);
    const seen = watch(call(true));
    await clock.advance(0);
    expect(seen.error).toBe(error);
    expect(events.of('retry.budgetSpent')).toEqual([
      { site: 'Service.method', budget: 'Service.method', kind: 'retry', error },
    ]);
    expect(events.of('call.attempted')).toHaveLength(1);
    expect(resilienceInfo(error)).toMatchObject({ attempts: 1, exhausted: false });
  });

  it('BG7 lets a small program retry: the reserve at rest is 100', async () => {
    const { call, method, runtime, clock, events } = spending(true);
    for (let calls = 1; calls <= 60; calls++) {
      watch(call());
      await clock.advance(0);
    }
    expect(method.calls).toBe(60 + 100 + 12); // and a fifth of the calls
    const [retry] = [...runtime.methods()].flatMap(({ policies }) => policies);
    expect(retry).toMatchObject({ uses: 'Service.method', stats: { retries: 112 } });
    const { 'plain.budget_exhausted': first = 0, 'retried.budget_exhausted': later = 0 } = retry?.stats ?? {};
    expect(first + later).toBe(events.of('retry.budgetSpent').length);
    expect(events.of('retry.exhausted').every(({ reason }) => reason === 'max_attempts')).toBe(true);
  });

  it('is of the rule that is asked for, and none with false', async () => {
    for (const [budget, tried] of [
      [{ ratio: 1, minPerSecond: 0 }, 2],
      [{ quota: 5 }, 2],
      [{ tokens: 4 }, 2],
      [{ inFlight: 0.5, min: 1 }, 10],
      [false, 10],
    ] as const) {
      const { call, method, clock } = spending(budget, 10);
      watch(call());
      await clock.advance(0);
      expect([budget, method.calls]).toEqual([budget, tried]);
    }
  });

  it('gives a quota back by the retry that succeeds, and 1 by a call that needed none', async () => {
    const method = flaky.failing([new Boom('1'), new Boom('2')], 'up');
    const { call, clock, runtime } = protectForTest(method, { retry: { delay: 0, budget: { quota: 100 } } });
    watch(call());
    await clock.advance(0);
    expect(runtime.budgets.get('Service.method').stats.balance).toBe(95);
    await call();
    expect(runtime.budgets.get('Service.method').stats.balance).toBe(96);
  });

  it('counts tokens for what is retried alone: other errors cost none', async () => {
    const { call, clock, runtime } = protectForTest(
      async (error: unknown): Promise<void> => {
        throw error;
      },
      { retry: { maxAttempts: 2, delay: 0, on: Boom, budget: { tokens: 10 } } },
    );
    const left = () => runtime.budgets.get('Service.method').stats.balance;
    watch(call(new TypeError('mine')));
    await clock.advance(0);
    expect(left()).toBe(10);
    watch(call(new Boom('theirs')));
    await clock.advance(0);
    expect(left()).toBe(8);
  });

  it('has nothing in flight when all is over, however it ended', async () => {
    const { call, clock, runtime } = protectForTest(
      async (kind: string, _signal?: AbortSignal): Promise<string> => {
        if (kind === 'hangs') await new Promise(() => {});
        if (kind === 'fails') throw new Boom('x');
        return kind;
      },
      { timeout: { total: 500 }, retry: { delay: 100, jitter: 'none', budget: { inFlight: 0.1, min: 2 } } },
    );
    const caller = new AbortController();
    const seen = [
      watch(call('fine')),
      watch(call('fails')),
      watch(call('hangs')),
      watch(call('fails', caller.signal)),
      watch(call('hangs', caller.signal)),
    ];
    await clock.advance(50);
    caller.abort();
    await clock.advance(1000);
    expect(seen.map(({ state }) => state)).not.toContain('pending');
    const { balance, granted } = runtime.budgets.get('Service.method').stats;
    expect({ balance, retries: granted.retry }).toEqual({ balance: 2, retries: 3 });
  });

  it('is told of calls that leave retrying to a layer further out', async () => {
    const { runtime, clock } = testRuntime();
    const inner = protect(down(), { retry: { delay: 0, budget: { inFlight: 0.1, min: 1 } } }, { id: 'inner', runtime });
    const outer = protect(async (_?: unknown) => inner(), { retry: { delay: 0 } }, { id: 'outer', runtime });
    watch(outer());
    await clock.advance(0);
    expect(runtime.budgets.get('inner').stats).toMatchObject({ balance: 1, granted: { retry: 0 } });
    expect(runtime.budgets.get('outer').stats.granted.retry).toBe(2);
  });
});

describe('a budget is shared', () => {
  const retry = { maxAttempts: 2, delay: 0 } as const;
  const budget = { ratio: 1, minPerSecond: 0 } as const;

  it('by all methods of a concrete class, and not by other classes', async () => {
    class Client {
      @Retry({ ...retry, budget })
      async one(): Promise<void> {
        throw new Boom('one');
      }
      @Retry(retry)
      async two(): Promise<void> {
        throw new Boom('two');
      }
    }
    class Other extends Client {}
    const { runtime, clock } = testRuntime();
    const events = new RecordedEvents(runtime);
    const [client, other] = [new Client(), new Other()];
    for (const instance of [client, other]) runtime.bind(instance);
    for (const instance of [client, client, other]) {
      watch(instance.one());
      watch(instance.two());
      await clock.advance(0);
    }
    expect(runtime.budgets.stats()).toMatchObject({
      Client: { granted: { retry: 4 }, balance: expect.closeTo(0) },
      Other: { granted: { retry: 2 } },
    });
    expect(events.of('retry.budgetSpent')).toEqual([]);
  });

  it('by all that name it, whatever their class; the registry knows it', async () => {
    class A {
      @Retry({ ...retry, budget: 'shared' })
      async run(): Promise<void> {
        throw new Boom('a');
      }
    }
    class B {
      @Retry({ ...retry, budget: { name: 'shared', quota: 10, cost: 4 } })
      async run(): Promise<void> {
        throw new Boom('b');
      }
    }
    const { runtime, clock } = testRuntime();
    runtime.prepare(A, B);
    const [a, b] = [new A(), new B()];
    for (const instance of [a, b]) runtime.bind(instance);
    for (const instance of [a, b, a]) {
      watch(instance.run());
      await clock.advance(0);
    }
    expect([...runtime.budgets.entries()].map(([name]) => name)).toEqual(['shared']);
    expect(runtime.budgets.get('shared').stats).toMatchObject({
      balance: 2,
      granted: { retry: 2 },
      exhausted: { retry: 1 },
    });
  });

  it('by two methods that must agree', () => {
    class Client {
      @Retry({ budget: { ratio: 0.1 } })
      async one(): Promise<void> {}
      @Retry({ budget: { ratio: 0.2 } })
      async two(): Promise<void> {}
    }
    expect(() => testRuntime().runtime.prepare(Client)).toThrow(
      "RetryBudget: ratio of 'Client' is already set by Client.one: two uses of a name must agree, but got { 'Client.one': 0.1, 'Client.two': 0.2 }",
    );
  });

  it('and switched off above a class, on again above a method', () => {
    @Resilient({ retry: { budget: false } })
    class Client {
      @Retry()
      async one(): Promise<void> {}
      @Retry({ budget: true })
      async two(): Promise<void> {}
    }
    const { runtime } = testRuntime();
    runtime.prepare(Client);
    expect([...runtime.methods()].map(({ policies }) => policies.map(({ uses }) => uses))).toEqual([
      [undefined],
      ['Client'],
    ]);
  });

  it('by Retry and Hedge on one method: each call is counted once', async () => {
    class Client {
      @Retry({ maxAttempts: 3, delay: 0, budget })
      @Hedge({ idempotent: true, delay: Number.POSITIVE_INFINITY })
      async run(): Promise<void> {
        throw new Boom(String(currentCall()?.attempt));
      }
    }
    const { runtime, clock } = testRuntime();
    const client = new Client();
    runtime.bind(client);
    const seen = watch(client.run());
    await clock.advance(0);
    expect(seen.error).toMatchObject({ message: '1' });
    expect(runtime.budgets.get('Client').stats).toMatchObject({
      granted: { retry: 0, hedge: 1 },
      exhausted: { retry: 1, hedge: 0 },
    });
  });
});

describe('a wrong budget', () => {
  it.each([
    [0, /^@Retry: budget must be true, false, the name of a budget .*, but got 0$/],
    ['10/s', /^@Retry: budget must be true, false, the name of a budget .*, but got '10\/s'$/],
    [[], /^@Retry: budget must be true, false, the name of a budget/],
    [{ ratio: 2 }, /^@Retry: budget\.ratio must be a rate above 0 and at most 1, but got 2$/],
    [{ name: '1' }, /^@Retry: budget\.name must be a name: a letter, then letters, digits, _ \. : or -, but got '1'$/],
    [
      { name: 'x', tokens: 10, ttl: 1000 },
      /^@Retry: budget\.tokens and ttl belong to different kinds of budget: give those of one/,
    ],
    [{ share: 0.2 }, /^@Retry: budget\.share is no option; it takes ratio/],
    [
      { quota: 10, cost: 11 },
      /^@Retry: budget\.cost must not be above quota \(10\): nothing could ever be granted, but got 11$/,
    ],
  ])('%j is refused at the decorator', (budget, message) => {
    const declare = () => Retry({ budget: budget as BudgetChoice });
    expect(declare).toThrow(InvalidOptionsError);
    expect(declare).toThrow(message);
  });
});

describe('budgets of functions', () => {
  // Both had that of the first: an outage of one supplier stopped the retries to the other.
  it('are their own, also where one function is protected twice', () => {
    const { runtime } = testRuntime();
    const request = async () => 1;
    protect(request, { retry: { budget: { ratio: 0.1 } } }, { id: 'github', runtime });
    protect(request, { retry: { budget: { ratio: 0.2 } } }, { id: 'stripe', runtime });
    expect([...runtime.budgets.entries()].map(([name]) => name)).toEqual(['github', 'stripe']);
  });
});

describe('a budget whose rule is settled late', () => {
  // What was under way before settled into the new rule, which never granted anything again.
  it('is whole again at rest', async () => {
    const { runtime, clock } = testRuntime();
    const open: (() => void)[] = [];
    const hold = () => new Promise<void>((resolve) => open.push(resolve));
    const early = protect(hold, { retry: { budget: 'shared' } }, { id: 'early', runtime });
    for (let call = 0; call < 100; call++) watch(early());
    const budget = { name: 'shared', inFlight: 0.2, min: 0 } as const;
    protect(async () => 1, { retry: { budget } }, { id: 'late', runtime });
    for (const settle of open) settle();
    await clock.advance(0);
    for (let call = 0; call < 10; call++) runtime.budgets.get('shared').begin(clock.now());
    expect(runtime.budgets.get('shared').take({ site: 'x', kind: 'retry', error: undefined })).toBe(1);
  });

  it('names both uses where they ask for two', () => {
    const { runtime } = testRuntime();
    protect(async () => 1, { retry: { budget: { name: 'shared', ratio: 0.1 } } }, { id: 'one', runtime });
    expect(() =>
      protect(async () => 1, { retry: { budget: { name: 'shared', inFlight: 0.2 } } }, { id: 'two', runtime }),
    ).toThrow(
      "two: RetryBudget: inFlight of 'shared' is already set by one: inFlight and ratio belong to different kinds of budget: give those of one",
    );
  });
});

describe('a quota', () => {
  it('gets back what a retry cost that was never made', async () => {
    const { call, clock, runtime } = protectForTest(
      async (_signal: AbortSignal): Promise<never> => {
        throw new Boom('x');
      },
      { retry: { delay: 1000, jitter: 'none', budget: { quota: 100 } } },
    );
    for (let round = 0; round < 30; round++) {
      const caller = new AbortController();
      watch(call(caller.signal));
      await clock.advance(1);
      caller.abort();
      await clock.advance(0);
    }
    expect(runtime.budgets.get('Service.method').stats.balance).toBe(100);
  });
});
