import { describe, expect, it, vi } from 'vitest';
import { currentCall, InvalidOptionsError, type Priority } from '../../../src/core/index.js';
import { BulkheadFullError, type BulkheadOptions } from '../../../src/policies/bulkhead/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, testRuntime, watch } from '../../../src/testing/index.js';
import { crowd } from './crowd.js';

/** The number in a name is its weight: `c3` takes three slots. */
const weight = (name: string) => Number(name.slice(1));

const levels: Readonly<Record<string, Priority>> = { c: 'critical', h: 'high', n: 'normal', l: 'low' };

/** The first letter of a name is its priority; `x` has none. */
const priority = (name: string) => levels[name.charAt(0)];

/** Protects a method by a bulkhead alone, and calls it once for each name. */
function queue(bulkhead: BulkheadOptions, ...names: readonly string[]) {
  return crowd({ bulkhead: { maxQueue: 10, ...bulkhead } }, ...names);
}

describe('the weight of a call', () => {
  it('is the slots that it takes, until its method settles', async () => {
    const { gate, settle, bulkhead } = queue({ maxConcurrent: 4, weight }, 'a3', 'b2', 'c1');
    await settle();
    expect([gate.started, bulkhead.running]).toEqual([['a3'], 3]);
    gate.end('a3');
    await settle();
    expect([gate.started, bulkhead.running]).toEqual([['a3', 'b2', 'c1'], 3]);
    gate.fail('b2', new Boom());
    await settle();
    expect(bulkhead.running).toBe(1);
  });

  it('may be the same for all calls of a method', async () => {
    const { gate, settle, bulkhead } = queue({ maxConcurrent: 5, weight: 2 }, 'a', 'b', 'c');
    await settle();
    expect([gate.started, bulkhead.running, bulkhead.queued]).toEqual([['a', 'b'], 4, 1]);
    for (const name of ['a', 'b', 'c']) {
      gate.end(name);
      await settle();
    }
    expect([gate.started.length, bulkhead.running]).toEqual([3, 0]);
  });

  it('lets nobody slip past who came first and needs more, though slots are free', async () => {
    const { gate, come, settle, bulkhead } = queue({ maxConcurrent: 4, weight }, 'a3', 'b2');
    come('c1');
    await settle();
    expect([gate.started, bulkhead.running, bulkhead.queued]).toEqual([['a3'], 3, 2]);
  });

  it('lets a newcomer that needs less pass in the order lifo, where the newest is first', async () => {
    const { gate, come, settle } = queue({ maxConcurrent: 4, weight, order: 'lifo' }, 'a3', 'b2');
    come('c1');
    await settle();
    expect(gate.started).toEqual(['a3', 'c1']);
  });

  it('lets those behind go on in the same tick when the one in front leaves who needed more', async () => {
    const { gate, come, settle, bulkhead } = queue({ maxConcurrent: 4, weight }, 'a3');
    const controller = new AbortController();
    come('b2', controller.signal);
    come('c1');
    await settle();
    controller.abort();
    expect([bulkhead.queued, bulkhead.running]).toEqual([0, 4]);
    await settle();
    expect(gate.started).toEqual(['a3', 'c1']);
  });

  it('lets those behind go on when the one in front has waited its longest', async () => {
    const { gate, come, clock, bulkhead } = queue({ maxConcurrent: 4, weight, maxWait: 100 }, 'a3', 'b2');
    await clock.advance(50);
    come('c1');
    await clock.advance(50);
    expect([gate.started, bulkhead.queued, clock.pending]).toEqual([['a3', 'c1'], 0, 0]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    'is given back in full when the caller leaves %d microtasks after the call got its slots, whether it has started or not',
    async (microtasks) => {
      const { gate, come, settle, bulkhead } = queue({ maxConcurrent: 3, weight }, 'a2');
      const controller = new AbortController();
      const seen = come('b3', controller.signal);
      await settle();
      bulkhead.change({ maxConcurrent: 5 });
      for (let i = 0; i < microtasks; i++) await undefined;
      controller.abort();
      await settle();
      for (const name of gate.started) gate.end(name);
      await settle();
      expect([seen.state, bulkhead.running, bulkhead.queued]).toEqual(['rejected', 0, 0]);
    },
  );

  it('refuses at once and for good what takes more slots than there are', async () => {
    const { come, settle, events, bulkhead } = queue({ maxConcurrent: 4, weight });
    const refused = come('a5');
    await settle();
    expect(refused.error).toBeInstanceOf(BulkheadFullError);
    expect(refused.error).toMatchObject({
      message: 'Service.method was not called: its weight of 5 is more than the 4 slots of its bulkhead',
      reason: 'weight',
      retryAfter: Number.POSITIVE_INFINITY,
    });
    expect(events.of('bulkhead.refused')).toMatchObject([{ reason: 'full' }]);
    expect(bulkhead.stats).toMatchObject({ running: 0, queued: 0, rejected: 1 });
  });

  it('lets a call run alone for which there are not enough slots any more, and others only after it', async () => {
    const { gate, come, settle, bulkhead } = queue({ maxConcurrent: 4, weight }, 'a2', 'b2', 'c3');
    come('d1');
    bulkhead.change({ maxConcurrent: 2 });
    gate.end('a2');
    await settle();
    expect([gate.started, bulkhead.running]).toEqual([['a2', 'b2'], 2]);
    gate.end('b2');
    await settle();
    expect([gate.started, bulkhead.running, bulkhead.queued]).toEqual([['a2', 'b2', 'c3'], 3, 1]);
    gate.end('c3');
    await settle();
    expect([gate.started.at(-1), bulkhead.running]).toEqual(['d1', 1]);
  });

  it.each([
    ['nothing', () => 0, '0'],
    ['a part of a slot', () => 1.5, '1.5'],
    ['no number', () => '2' as unknown as number, "'2'"],
    ['a promise', async () => 1, 'Promise { 1 }'],
  ])('says that a function must not return %s, and does not try again', async (_what, wrong, value) => {
    const weigh = vi.fn(wrong as () => number);
    const { gate, come, settle, bulkhead } = crowd({ retry: { delay: 0 }, bulkhead: { weight: weigh } });
    const seen = come('a');
    await settle();
    expect(seen.error).toBeInstanceOf(InvalidOptionsError);
    expect(seen.error).toMatchObject({
      message: `Service.method: @Bulkhead: weight must return a whole number of at least 1, but got ${value}`,
    });
    expect(weigh).toHaveBeenCalledTimes(1);
    expect([gate.started, bulkhead.running]).toEqual([[], 0]);
  });

  it('is told the instance and the arguments, and rejects the call with what it throws', async () => {
    const boom = new Boom('weight');
    const seen: unknown[] = [];
    function weigh(this: unknown, ...args: unknown[]): number {
      seen.push(this, args);
      throw boom;
    }
    const { call } = protectForTest(async (_a: number, _b: string) => 1, { bulkhead: { weight: weigh } });
    const service = { call };
    await expect(service.call(1, 'x')).rejects.toBe(boom);
    expect(seen).toEqual([service, [1, 'x']]);
  });
});

describe('the priority of a call', () => {
  it('decides whose turn it is, and the order of arrival among equals', async () => {
    const names = ['n0', 'l1', 'n1', 'h1', 'l2', 'c1', 'x1', 'h2'];
    const { gate, settle } = queue({ maxConcurrent: 1, priority }, ...names);
    for (let i = 0; i < names.length; i++) {
      await settle();
      gate.end(gate.started.at(-1) as string);
    }
    expect(gate.started).toEqual(['n0', 'c1', 'h1', 'h2', 'n1', 'x1', 'l1', 'l2']);
  });

  it('lets a newcomer pass those that matter less where the free slots do for it, and no other', async () => {
    const { gate, come, settle } = queue({ maxConcurrent: 4, weight, priority }, 'n3', 'h2');
    come('n1');
    come('h1');
    await settle();
    expect(gate.started).toEqual(['n3']);
    come('c1');
    await settle();
    expect(gate.started).toEqual(['n3', 'c1']);
  });

  it('may be the same for all calls of a method, and different in another that shares the bulkhead', async () => {
    const { gate, come, settle, runtime, bulkhead } = queue({ maxConcurrent: 1 }, 'a', 'b');
    const urgent = flaky.hanging();
    const policies = { bulkhead: { name: 'Service.method', maxWait: '1s', priority: 'high' } } as const;
    watch(protect(urgent, policies, { runtime, id: 'Service.urgent' })());
    come('c');
    gate.end('a');
    await settle();
    expect([urgent.calls, gate.started, bulkhead.queued]).toEqual([1, ['a'], 2]);
  });

  it('is handed on to the calls within it', async () => {
    const seen: unknown[] = [];
    const { runtime } = testRuntime();
    const inner = protect(async () => seen.push(currentCall()?.priority), {}, { runtime, id: 'Inner.method' });
    const outer = protect(() => inner(), { bulkhead: { priority: 'critical' } }, { runtime, id: 'Outer.method' });
    await outer();
    await inner();
    expect(seen).toEqual(['critical', 'normal']);
  });

  it.each([
    ['none of its own', {}],
    ['a function that returns none', { priority: () => undefined }],
  ])('is that of the call around it, where it has %s', async (_what, own) => {
    const { gate, come, settle, runtime, call } = queue({ maxConcurrent: 1, ...own }, 'a', 'b');
    const outer = protect(
      async (name: string) => {
        const current = currentCall();
        if (current) current.priority = 'high';
        return call(name);
      },
      {},
      { runtime, id: 'Outer.method' },
    );
    watch(outer('c'));
    come('d');
    gate.end('a');
    await settle();
    expect(gate.started).toEqual(['a', 'c']);
  });

  it('is asked of a function with the instance and the arguments', async () => {
    const seen: unknown[] = [];
    function choose(this: unknown, ...args: unknown[]): undefined {
      seen.push(this, args);
    }
    const { call } = protectForTest(async (_a: number, _b: string) => 1, { bulkhead: { priority: choose } });
    const service = { call };
    expect([await service.call(1, 'x'), seen]).toEqual([1, [service, [1, 'x']]]);
  });

  it('must be one that there is', async () => {
    const choose = vi.fn(() => 'urgent' as 'high');
    const { gate, come, settle, bulkhead } = crowd({ retry: { delay: 0 }, bulkhead: { priority: choose } });
    const seen = come('a');
    await settle();
    expect(seen.error).toBeInstanceOf(InvalidOptionsError);
    expect(seen.error).toMatchObject({
      message:
        "Service.method: @Bulkhead: priority must return one of 'critical', 'high', 'normal', 'low', or undefined, but got 'urgent'",
    });
    expect(choose).toHaveBeenCalledTimes(1);
    expect([gate.started, bulkhead.running]).toEqual([[], 0]);
  });
});
