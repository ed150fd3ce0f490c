import { describe, expect, it, vi } from 'vitest';
import { currentCall, InvalidOptionsError, RuntimeDisposedError, TimeoutError } from '../../../src/core/index.js';
import { BulkheadFullError, type BulkheadSizes, BulkheadTimeoutError } from '../../../src/policies/bulkhead/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, testRuntime, watch } from '../../../src/testing/index.js';

function bulkheadOf(sizes: BulkheadSizes) {
  const { runtime, clock } = testRuntime();
  return { runtime, clock, bulkhead: runtime.bulkheads.register('database', sizes) };
}

describe('work in a bulkhead', () => {
  it('runs in a slot, and gives its own outcome', async () => {
    const { bulkhead } = bulkheadOf({ maxConcurrent: 1 });
    expect(await bulkhead.execute(() => 'plain')).toBe('plain');
    expect(await bulkhead.execute(async () => 'promised')).toBe('promised');
    const boom = new Boom('own');
    await expect(bulkhead.execute(() => Promise.reject(boom))).rejects.toBe(boom);
    await expect(
      bulkhead.execute(() => {
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(bulkhead.stats).toEqual({ running: 0, queued: 0, limit: 1, accepted: 4, rejected: 0, timedOut: 0, shed: 0 });
  });

  it('is refused when all slots are taken, and waits where there is room', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1, maxQueue: 1 });
    const seen = [1, 2, 3].map((n) => watch(bulkhead.execute(() => clock.sleep(100).then(() => n))));
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued, seen[2]?.error]).toEqual([1, 1, expect.any(BulkheadFullError)]);
    expect(seen[2]?.error).toMatchObject({
      message: 'database was not called: its bulkhead is full (1 running, 1 waiting)',
    });
    await clock.advance(200);
    expect(seen.map(({ value }) => value)).toEqual([1, 2, undefined]);
  });

  it.each([
    [50, BulkheadTimeoutError],
    ['50ms', BulkheadTimeoutError],
    [0, BulkheadFullError],
  ] as const)('waits no longer than a maxWait of %s', async (maxWait, refusal) => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1 });
    watch(bulkhead.execute(flaky.hanging()));
    const work = flaky.hanging();
    const seen = watch(bulkhead.execute(work, { maxWait }));
    await clock.advance(50);
    expect([seen.error, work.calls, clock.pending]).toEqual([expect.any(refusal), 0, 0]);
  });

  it('takes as many slots as its weight, and gives all of them back', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 3, maxQueue: 5 });
    const heavy = watch(bulkhead.execute(() => clock.sleep(100), { weight: 2 }));
    const heavier = watch(bulkhead.execute(() => clock.sleep(100), { weight: 3 }));
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued]).toEqual([2, 1]);
    await clock.advance(100);
    expect([heavy.state, heavier.state, bulkhead.running]).toEqual(['resolved', 'pending', 3]);
    await clock.advance(100);
    expect([heavier.state, bulkhead.running]).toEqual(['resolved', 0]);
  });

  it('goes before what matters less, and hands its priority on to what it calls', async () => {
    const { bulkhead, clock, runtime } = bulkheadOf({ maxConcurrent: 1, maxQueue: 5 });
    const seen: unknown[] = [];
    const inner = protect(async () => seen.push(currentCall()?.priority), {}, { runtime, id: 'Inner.method' });
    const work = (name: string) => () => clock.sleep(10).then(() => seen.push(name));
    for (const priority of [undefined, 'low', 'normal', 'high'] as const) {
      watch(bulkhead.execute(work(String(priority)), priority && { priority }));
    }
    watch(bulkhead.execute(inner, { priority: 'critical' }));
    await clock.advance(100);
    expect(seen).toEqual(['undefined', 'critical', 'high', 'normal', 'low']);
  });

  it('has the priority of the protected call around it', async () => {
    const { bulkhead, clock, runtime } = bulkheadOf({ maxConcurrent: 1, maxQueue: 5 });
    const seen: string[] = [];
    const outer = protect(
      (name: string) => bulkhead.execute(() => clock.sleep(10).then(() => seen.push(name))),
      { bulkhead: { priority: (name) => (name === 'urgent' ? 'high' : undefined) } },
      { runtime, id: 'Outer.method' },
    );
    for (const name of ['first', 'second', 'urgent']) watch(outer(name));
    await clock.advance(100);
    expect(seen).toEqual(['first', 'urgent', 'second']);
  });

  it.each([
    [{ weight: 0 }, 'weight must be a whole number of at least 1, but got 0'],
    [{ weight: 1.5 }, 'weight must be a whole number of at least 1, but got 1.5'],
    [{ priority: 'urgent' as 'high' }, "priority must be one of 'critical', 'high', 'normal', 'low', but got 'urgent'"],
  ])('says what is wrong with %j', async (options, message) => {
    const { bulkhead } = bulkheadOf({});
    await expect(bulkhead.execute(() => 1, options)).rejects.toThrow(`Bulkhead.execute(): ${message}`);
    expect(bulkhead.stats.accepted).toBe(0);
  });

  it('is refused at once when its weight is more than all slots', async () => {
    const { bulkhead } = bulkheadOf({ maxConcurrent: 3, maxQueue: 5 });
    await expect(bulkhead.execute(() => 1, { weight: 4 })).rejects.toMatchObject({
      message: 'database was not called: its weight of 4 is more than the 3 slots of its bulkhead',
      reason: 'weight',
      weight: 4,
      retryAfter: Number.POSITIVE_INFINITY,
    });
    expect(bulkhead.stats).toMatchObject({ running: 0, queued: 0, rejected: 1 });
  });

  it('says what is wrong with its maxWait', async () => {
    const { bulkhead } = bulkheadOf({});
    await expect(bulkhead.execute(() => 1, { maxWait: 'soon' as '1s' })).rejects.toThrow(
      "Bulkhead.execute(): maxWait must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got 'soon'",
    );
    expect(bulkhead.running).toBe(0);
  });

  it('must be a function, or takes no slot', async () => {
    const { bulkhead } = bulkheadOf({});
    await expect(bulkhead.execute(5 as unknown as () => number)).rejects.toThrow(
      new InvalidOptionsError({ decorator: 'Bulkhead.execute()', rule: 'takes a function', value: 5 }),
    );
    expect(bulkhead.stats.accepted).toBe(0);
  });

  it('goes before what matters less and waits for more slots than are free', async () => {
    const { bulkhead } = bulkheadOf({ maxConcurrent: 2, maxQueue: 2 });
    const work = [flaky.hanging(), flaky.hanging(), flaky.hanging()] as const;
    watch(bulkhead.execute(work[0]));
    watch(bulkhead.execute(work[1], { weight: 2 }));
    watch(bulkhead.execute(work[2], { priority: 'high' }));
    expect(work.map(({ calls }) => calls)).toEqual([1, 0, 1]);
    expect(bulkhead.stats).toMatchObject({ running: 2, queued: 1, accepted: 2 });
  });

  it('gives back a slot that it gets in the moment in which its signal aborts', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1, maxQueue: 1 });
    const controller = new AbortController();
    const reason = new Boom('gone');
    watch(bulkhead.execute(flaky.hanging()));
    const work = flaky.hanging();
    const seen = watch(bulkhead.execute(work, { signal: controller.signal }));
    bulkhead.change({ maxConcurrent: 2 });
    expect([bulkhead.running, bulkhead.queued]).toEqual([2, 0]);
    controller.abort(reason);
    await clock.advance(0);
    expect([seen.error, work.calls]).toEqual([reason, 0]);
    expect(bulkhead.stats).toMatchObject({ running: 1, accepted: 1 });
  });

  it('never starts when its signal aborts before it has a slot', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1, maxQueue: 1 });
    const controller = new AbortController();
    const reason = new Boom('gone');
    watch(bulkhead.execute(flaky.hanging()));
    const work = flaky.hanging();
    const seen = watch(bulkhead.execute(work, { signal: controller.signal }));
    await clock.advance(0);
    controller.abort(reason);
    expect(bulkhead.queued).toBe(0);
    await clock.advance(0);
    expect([seen.error, work.calls]).toEqual([reason, 0]);
    await expect(bulkhead.execute(work, { signal: controller.signal })).rejects.toBe(reason);
    expect(work.calls).toBe(0);
  });

  it('is left to itself when its signal aborts while it runs, and keeps its slot until it settles', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1 });
    const controller = new AbortController();
    const seen = watch(bulkhead.execute(() => clock.sleep(100), { signal: controller.signal }));
    await clock.advance(50);
    controller.abort('gone');
    await clock.advance(0);
    expect([seen.error, bulkhead.running]).toEqual(['gone', 1]);
    await clock.advance(50);
    expect(bulkhead.running).toBe(0);
  });

  it('hangs no listener on a signal for longer than it takes', async () => {
    const { bulkhead } = bulkheadOf({ maxConcurrent: 1 });
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const running = bulkhead.execute(async () => 1, { signal });
    expect([add, remove].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
    await running;
    expect([add, remove].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it('ends with the protected call around it, and ends those that it makes', async () => {
    const { bulkhead, clock, runtime } = bulkheadOf({ maxConcurrent: 1 });
    const inner = protect(() => new Promise(() => {}), { retry: 5 }, { runtime, id: 'Inner.method' });
    const innermost: unknown[] = [];
    const work = () => inner().catch((error) => innermost.push(error));
    const outer = protect(() => bulkhead.execute(work), { timeout: 100 }, { runtime, id: 'Outer.method' });
    const seen = watch(outer());
    await clock.advance(100);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(innermost).toEqual([expect.objectContaining({ scope: 'inherited', site: 'Inner.method' })]);
    expect(bulkhead.running).toBe(0);
  });

  it('does not start any more once its runtime is being disposed', async () => {
    const { bulkhead, clock, runtime } = bulkheadOf({ maxConcurrent: 1, maxQueue: 1 });
    watch(bulkhead.execute(() => clock.sleep(10)));
    const waiting = watch(bulkhead.execute(flaky.hanging()));
    const disposed = runtime.dispose();
    await clock.advance(0);
    expect(waiting.error).toBeInstanceOf(RuntimeDisposedError);
    await expect(bulkhead.execute(() => 1)).rejects.toThrow(
      'database was not completed: its runtime has been disposed',
    );
    await clock.advance(10);
    await disposed;
  });
});

describe('a bulkhead that is changed', () => {
  it('starts those who wait when it has more slots, and no more when it has fewer', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1, maxQueue: 10 });
    const work = Array.from({ length: 5 }, flaky.hanging);
    for (const each of work) watch(bulkhead.execute(each));
    bulkhead.change({ maxConcurrent: 3 });
    await clock.advance(0);
    expect([work.map(({ calls }) => calls), bulkhead.limit, bulkhead.queued]).toEqual([[1, 1, 1, 0, 0], 3, 2]);
    bulkhead.change({ maxConcurrent: 1, maxQueue: 2 });
    expect([bulkhead.running, bulkhead.queued, bulkhead.limit]).toEqual([3, 2, 1]);
    await expect(bulkhead.execute(() => 1)).rejects.toBeInstanceOf(BulkheadFullError);
  });

  it('can change the order in which it serves those who wait', async () => {
    const { bulkhead, clock } = bulkheadOf({ maxConcurrent: 1, maxQueue: 10 });
    const served: number[] = [];
    await clock.advance(5000);
    for (const n of [1, 2, 3, 4]) watch(bulkhead.execute(() => clock.sleep(100).then(() => served.push(n))));
    await clock.advance(50);
    bulkhead.change({ order: 'adaptive' });
    await clock.advance(50);
    expect(served).toEqual([1]);
    bulkhead.change({ order: 'lifo' });
    await clock.advance(1000);
    expect(served).toEqual([1, 2, 4, 3]);
  });

  it('says what is wrong with a change, and stays as it was', () => {
    const { bulkhead } = bulkheadOf({ maxConcurrent: 2 });
    expect(() => bulkhead.change({ maxConcurrent: 0 })).toThrow(
      'database: @Bulkhead: maxConcurrent must be a whole number of at least 1, but got 0',
    );
    expect(bulkhead.limit).toBe(2);
  });
});

describe('work by hand in a bulkhead whose runtime is disposed', () => {
  it('finishes if it runs, and is refused if it waits', async () => {
    const { runtime } = testRuntime();
    const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 1, maxQueue: 1 });
    let finish = (_: string): void => {};
    const running = bulkhead.execute(
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
    );
    const waiting = bulkhead.execute(() => 'never');
    const refused = expect(waiting).rejects.toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
    await runtime.dispose({ drain: 0 });
    await refused;
    finish('rows');
    expect(await running).toBe('rows');
  });
});

describe('the bulkheads of a runtime', () => {
  it('are made with defaults when nobody has said their sizes', () => {
    const { runtime } = testRuntime();
    expect(runtime.bulkheads.get('database').stats).toEqual({
      running: 0,
      queued: 0,
      limit: 10,
      accepted: 0,
      rejected: 0,
      timedOut: 0,
      shed: 0,
    });
  });

  it('take the sizes of the first use that gives some', () => {
    const { runtime } = testRuntime();
    const bulkhead = runtime.bulkheads.get('database');
    protect(async () => 1, { bulkhead: { name: 'database', maxConcurrent: 3 } }, { runtime, id: 'A.b' });
    expect([bulkhead.limit, runtime.bulkheads.get('database')]).toEqual([3, bulkhead]);
  });

  it('are checked when they are registered', () => {
    const { runtime } = testRuntime();
    expect(() => runtime.bulkheads.register('database', { maxConcurrent: '5' as unknown as number })).toThrow(
      "database: @Bulkhead: maxConcurrent must be a whole number of at least 1, but got '5'",
    );
  });
});
