import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { isRejected, RuntimeDisposedError, TimeoutError } from '../../../src/core/index.js';
import { BulkheadFullError, type BulkheadOptions, BulkheadTimeoutError } from '../../../src/policies/bulkhead/index.js';
import { Boom, protectForTest, watch } from '../../../src/testing/index.js';
import { crowd, letters } from './crowd.js';

describe('Bulkhead', () => {
  it.each([3, 10])(
    'BH1 lets %d calls run at a time, refuses the next, and admits one as soon as one is done',
    async (max) => {
      const names = letters(max);
      const { gate, come, settle, states, bulkhead } = crowd({ bulkhead: max }, ...names);
      const refused = come('refused');
      await settle();
      expect([bulkhead.running, gate.started]).toEqual([max, names]);
      expect(refused.error).toBeInstanceOf(BulkheadFullError);
      expect(isRejected(refused.error)).toBe(true);
      gate.end('a');
      await settle();
      const next = come('next');
      expect([gate.started.at(-1), bulkhead.running, next.state]).toEqual(['next', max, 'pending']);
      expect(states()).toEqual(['resolved', ...names.slice(1).map(() => 'pending')]);
    },
  );

  it.each([
    [10, 10],
    [3, 10],
    [5, 5],
  ])(
    'BH2 with %d slots and %d places refuses the next, and starts exactly one of those who wait when one is done',
    async (maxConcurrent, maxQueue) => {
      const names = letters(maxConcurrent + maxQueue);
      const { gate, come, settle, bulkhead } = crowd({ bulkhead: { maxConcurrent, maxQueue } }, ...names);
      const refused = come('refused');
      await settle();
      expect(refused.error).toMatchObject({
        message: `Service.method was not called: its bulkhead is full (${maxConcurrent} running, ${maxQueue} waiting)`,
        code: 'HOLDFAST_BULKHEAD_FULL',
        policy: 'bulkhead',
        site: 'Service.method',
        bulkhead: 'Service.method',
        running: maxConcurrent,
        queued: maxQueue,
        retryAfter: undefined,
      });
      gate.end('a');
      await settle();
      expect(gate.started).toEqual(names.slice(0, maxConcurrent + 1));
      const [queued, another] = [come('queued'), come('another')];
      await settle();
      expect([queued.state, another.state, bulkhead.queued]).toEqual(['pending', 'rejected', maxQueue]);
    },
  );

  it('BH3 counts a call as running until its promise settles', async () => {
    const { gate, settle, states } = crowd({ bulkhead: { maxConcurrent: 2, maxQueue: 2 } }, 'a', 'b', 'c', 'd', 'e');
    await settle();
    expect([gate.started, states()]).toEqual([
      ['a', 'b'],
      ['pending', 'pending', 'pending', 'pending', 'rejected'],
    ]);
    for (const name of ['a', 'b', 'c', 'd']) {
      gate.end(name);
      await settle();
    }
    expect(states()).toEqual(['resolved', 'resolved', 'resolved', 'resolved', 'rejected']);
  });

  it.each([
    [0, 5],
    [5, 10],
  ])(
    'BH4 under pressure, with %d places, never runs more than 5 at a time, serves at least %d, and fails for no other reason',
    async (maxQueue, least) => {
      let [running, most] = [0, 0];
      const { call, clock } = protectForTest(
        async () => {
          most = Math.max(most, ++running);
          await clock.sleep(50);
          running--;
        },
        { bulkhead: { maxConcurrent: 5, maxQueue } },
      );
      const seen: ReturnType<typeof watch>[] = [];
      for (let wave = 0; wave < 10; wave++) {
        for (let i = 0; i < 10; i++) seen.push(watch(call()));
        await clock.advance(25);
      }
      await clock.advance(1000);
      expect(most).toBe(5);
      expect(seen.filter(({ state }) => state === 'resolved').length).toBeGreaterThanOrEqual(least);
      for (const { error } of seen.filter(({ state }) => state === 'rejected'))
        expect(error).toBeInstanceOf(BulkheadFullError);
      expect(running).toBe(0);
    },
  );

  it('BH7 is asked again by a Retry that accepts its refusals', async () => {
    const retry = {
      on: BulkheadFullError,
      maxAttempts: 30,
      delay: 100,
      backoff: 'constant',
      jitter: 'none',
      maxDuration: 3000,
    } as const;
    const names = letters(7);
    const { clock, gate, seen } = crowd({ retry, bulkhead: { maxConcurrent: 3, maxQueue: 3 } }, ...names);
    await clock.advance(1000);
    expect(gate.started).toEqual(['a', 'b', 'c']);
    for (const name of names.slice(0, 3)) gate.end(name);
    await clock.advance(100);
    for (const name of names.slice(3, 6)) gate.end(name);
    await clock.advance(100);
    gate.end('g');
    await clock.advance(0);
    expect(seen.g).toEqual({ state: 'resolved', value: 'g' });
  });

  it.each([
    ['whose `on` does not name its refusals', { on: Boom }],
    ['that excepts its refusals', { on: () => true, except: BulkheadFullError }],
    ['that makes one attempt', { on: BulkheadFullError, maxAttempts: 1 }],
    ['that says nothing of refusals', {}],
  ])('BH8 is not asked again by a Retry %s', async (_what, retry) => {
    const { seen, settle, clock } = crowd({ retry: { delay: 1000, ...retry }, bulkhead: 1 }, 'a', 'b');
    await settle();
    expect([seen.b?.state, clock.pending]).toEqual(['rejected', 0]);
    expect(seen.b?.error).toBeInstanceOf(BulkheadFullError);
  });

  it('gives the slot of a call that fails to the next, and the error to its caller untouched', async () => {
    const { gate, settle, seen } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, 'a', 'b');
    const boom = new Boom('down');
    gate.fail('a', boom);
    await settle();
    expect([seen.a?.error, gate.started]).toEqual([boom, ['a', 'b']]);
  });

  it('gives back the slot of a method that throws synchronously', async () => {
    const { call, runtime } = protectForTest(
      () => {
        throw new Boom('at once');
      },
      { bulkhead: 1 },
    );
    for (let i = 0; i < 3; i++) await expect(call()).rejects.toThrow('at once');
    expect(runtime.bulkheads.get('Service.method').running).toBe(0);
  });

  it('keeps the slot of a method that ignores its timeout until it really settles', async () => {
    const { gate, seen, come, clock, bulkhead } = crowd({ timeout: 100, bulkhead: 1 }, 'a');
    await clock.advance(100);
    expect(seen.a?.error).toBeInstanceOf(TimeoutError);
    const refused = come('b');
    await clock.advance(0);
    expect([refused.state, bulkhead.running]).toEqual(['rejected', 1]);
    gate.end('a');
    await clock.advance(0);
    come('c');
    expect(gate.started).toEqual(['a', 'c']);
  });

  it('keeps the slot of a method whose caller has left until it really settles', async () => {
    const { gate, come, settle, bulkhead } = crowd({ bulkhead: 1 });
    const controller = new AbortController();
    const left = come('a', controller.signal);
    controller.abort();
    await settle();
    expect([left.state, bulkhead.running]).toEqual(['rejected', 1]);
    gate.end('a');
    await settle();
    expect(bulkhead.running).toBe(0);
  });

  it('refuses neutrally: a circuit around it counts nothing', async () => {
    const { settle, runtime, gate } = crowd({ circuitBreaker: { failureThreshold: 1 }, bulkhead: 1 }, 'a', 'b', 'c');
    gate.end('a');
    await settle();
    expect(runtime.circuits.get('Service.method')).toMatchObject({
      state: 'closed',
      stats: { successes: 1, failures: 0 },
    });
  });

  it('tells, counts and summarises what it did', async () => {
    const { clock, runtime, events, gate } = crowd(
      { bulkhead: { maxConcurrent: 1, maxQueue: 2, maxWait: '1s' } },
      'a',
      'b',
      'c',
      'd',
    );
    gate.end('a');
    await clock.advance(1000);
    const fact = { site: 'Service.method', bulkhead: 'Service.method' };
    expect(events.of('bulkhead.queued')).toEqual([
      { ...fact, queued: 1 },
      { ...fact, queued: 2 },
    ]);
    expect(events.of('bulkhead.refused')).toEqual([
      { ...fact, reason: 'full' },
      { ...fact, reason: 'timeout' },
    ]);
    const counts = { accepted: 2, rejected: 1, timedOut: 1, shed: 0 };
    expect([...runtime.methods()][0]?.policies[0]).toEqual({
      place: 'bulkhead',
      kind: 'bulkhead',
      uses: 'Service.method',
      summary: '1 at a time, 2 may wait up to 1000 ms',
      stats: counts,
    });
    expect(runtime.bulkheads.stats()).toEqual({ 'Service.method': { ...counts, running: 1, queued: 0, limit: 1 } });
  });
});

describe('a call that waits for a slot', () => {
  it('starts in the order of arrival, and arms no timer where nothing limits its wait', async () => {
    const names = letters(4);
    const { gate, settle, clock } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 3 } }, ...names);
    expect(clock.pending).toBe(0);
    for (const name of names) {
      expect(gate.started.at(-1)).toBe(name);
      gate.end(name);
      await settle();
    }
  });

  it.each([
    ['lifo', 0, ['a', 'd', 'c', 'b']],
    ['adaptive', 1999, ['a', 'b', 'c', 'd']],
    ['adaptive', 2000, ['a', 'd', 'c', 'b']],
  ] as const)('starts in the order %s, after %d ms, as %j', async (order, time, expected) => {
    const { gate, clock, settle } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 3, order } }, 'a', 'b', 'c', 'd');
    await clock.advance(time);
    for (let i = 0; i < 4; i++) {
      gate.end(gate.started.at(-1) as string);
      await settle();
    }
    expect(gate.started).toEqual(expected);
  });

  it('is not overtaken by one that comes when a slot comes free', async () => {
    const { gate, come, settle } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 2 } }, 'a', 'b');
    gate.end('a');
    come('c');
    await settle();
    expect(gate.started).toEqual(['a', 'b']);
    gate.end('b');
    await settle();
    expect(gate.started).toEqual(['a', 'b', 'c']);
  });

  it('BH11 never runs when its caller leaves, and frees its place in the same tick', async () => {
    const { gate, come, settle, bulkhead, clock } = crowd(
      { bulkhead: { maxConcurrent: 1, maxQueue: 1, maxWait: '1s' } },
      'a',
    );
    const controller = new AbortController();
    const reason = new Boom('gone');
    const left = come('b', controller.signal);
    controller.abort(reason);
    expect(bulkhead.queued).toBe(0);
    const next = come('c');
    expect(bulkhead.queued).toBe(1);
    gate.end('a');
    await settle();
    expect([left.error, gate.started, next.state]).toEqual([reason, ['a', 'c'], 'pending']);
    expect(clock.pending).toBe(0);
  });

  it('BH11 never runs when its caller leaves in the tick in which it got its slot', async () => {
    const { gate, come, settle, runtime, bulkhead } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 2 } }, 'a');
    const controller = new AbortController();
    const left = come('b', controller.signal);
    const next = come('c');
    bulkhead.change({ maxConcurrent: 2 }); // b has a slot as of now
    controller.abort();
    await settle();
    expect([left.state, next.state, gate.started]).toEqual(['rejected', 'pending', ['a', 'c']]);
    expect(runtime.bulkheads.stats()['Service.method']).toMatchObject({ running: 2, queued: 0, accepted: 2 });
  });

  it('BH12 is not retried when its caller leaves during the first attempt', async () => {
    const { gate, come, clock } = crowd({ retry: { maxAttempts: 6, delay: 10 }, bulkhead: 1 });
    const controller = new AbortController();
    come('a', controller.signal);
    controller.abort();
    gate.fail('a', new Boom('aborted'));
    await clock.advance(500);
    expect(gate.started).toEqual(['a']);
  });

  it('BH13 runs when a slot comes free within maxWait', async () => {
    const { gate, clock, seen } = crowd({ bulkhead: { maxConcurrent: 2, maxWait: '1s' } }, 'a', 'b', 'c');
    await clock.advance(200);
    gate.end('a');
    await clock.advance(0);
    gate.end('c');
    await clock.advance(0);
    expect([seen.c?.state, clock.pending]).toEqual(['resolved', 0]);
  });

  it('BH13 is refused after maxWait, and never runs', async () => {
    const { gate, clock, seen, bulkhead } = crowd({ bulkhead: { maxConcurrent: 2, maxWait: 20 } }, 'a', 'b', 'c');
    await clock.advance(19);
    expect(seen.c?.state).toBe('pending');
    await clock.advance(1);
    expect(seen.c?.error).toBeInstanceOf(BulkheadTimeoutError);
    expect(isRejected(seen.c?.error)).toBe(true);
    expect(seen.c?.error).toMatchObject({
      message: 'Service.method was not called: no slot of its bulkhead came free within 20 ms',
      code: 'HOLDFAST_BULKHEAD_TIMEOUT',
      policy: 'bulkhead',
      bulkhead: 'Service.method',
      after: 20,
      retryAfter: undefined,
    });
    gate.end('a');
    await clock.advance(0);
    expect([gate.started, bulkhead.queued, bulkhead.running]).toEqual([['a', 'b'], 0, 1]);
  });

  it('BH13 does not wait at all where a slot is free, however short maxWait is', async () => {
    const { gate, clock } = crowd({ bulkhead: { maxConcurrent: 1, maxWait: 0.001 } }, 'a');
    expect([gate.started, clock.pending]).toEqual([['a'], 0]);
  });

  it.each<[string, BulkheadOptions, number]>([
    ['nothing', { maxConcurrent: 2 }, 0],
    ['maxQueue alone', { maxConcurrent: 2, maxQueue: 3 }, 3],
    ['maxWait alone', { maxConcurrent: 2, maxWait: '1s' }, 2],
    ['both', { maxConcurrent: 2, maxWait: '1s', maxQueue: 1 }, 1],
    ['a maxWait of 0', { maxConcurrent: 2, maxWait: 0, maxQueue: 3 }, 0],
    ['an endless maxWait', { maxConcurrent: 2, maxWait: Number.POSITIVE_INFINITY }, 2],
  ])('has room where the use gives %s', async (_what, bulkhead, places) => {
    const { states, settle } = crowd({ bulkhead }, ...letters(8));
    await settle();
    expect(states().filter((state) => state === 'pending')).toHaveLength(2 + places);
  });

  it('is a matter for the timeout that strikes first: nobody records it, and the method never starts', async () => {
    const policies = {
      circuitBreaker: { failureThreshold: 2 },
      timeout: 100,
      bulkhead: { maxConcurrent: 1, maxWait: 1000 },
    };
    const { gate, clock, come, runtime, bulkhead } = crowd(policies, 'a');
    await clock.advance(50);
    const queued = come('b');
    await clock.advance(99);
    expect([queued.state, bulkhead.queued]).toEqual(['pending', 1]);
    await clock.advance(1);
    expect(queued.error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'attempt' });
    gate.end('a');
    await clock.advance(0);
    expect([gate.started, bulkhead.queued, bulkhead.running]).toEqual([['a'], 0, 0]);
    expect(runtime.circuits.get('Service.method').stats).toMatchObject({ failures: 1, timeouts: 1 }); // those of a, which ran
  });

  it('rejects when its runtime is disposed, while those that run may finish', async () => {
    const { gate, clock, seen, runtime } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, 'a', 'b');
    const disposed = runtime.dispose();
    await clock.advance(0);
    expect(seen.b?.error).toBeInstanceOf(RuntimeDisposedError);
    gate.end('a');
    await disposed;
    expect([seen.a?.value, gate.started]).toEqual(['a', ['a']]);
  });

  it('starts in the async context of its own caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { call, clock } = protectForTest(
      async () => {
        seen.push(context.getStore());
        await clock.sleep(10);
      },
      { bulkhead: { maxConcurrent: 1, maxQueue: 2 } },
    );
    for (const name of ['a', 'b', 'c']) context.run(name, () => watch(call()));
    await clock.advance(100);
    expect(seen).toEqual(['a', 'b', 'c']);
  });
});
