import { describe, expect, it, vi } from 'vitest';
import { isPermanent, markPermanent, RejectedError, TimeoutError } from '../../../src/core/index.js';
import type { Cache, CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { heldUpstream } from './stored.js';

/** A method that throws what it is told, or gives how often it ran. */
function upstream(options: CachedOptions) {
  const method = { throws: undefined as unknown, runs: 0, takes: 0 };
  const world = protectForTest(
    async (_key: string, _signal?: AbortSignal) => {
      method.runs++;
      if (method.takes > 0) await world.clock.sleep(method.takes);
      if (method.throws !== undefined) throw method.throws;
      return method.runs;
    },
    { cached: { key: (key: string) => key, ...options } },
  );
  return { ...world, method, cache: () => world.runtime.caches.find('Service.method')! };
}

const gone = () => markPermanent(new Boom('gone'));

describe('an error that is marked permanent', () => {
  it('is kept for negativeTtl: the same object, told as a hit', async () => {
    const { call, clock, method, cache, events } = upstream({ ttl: '1m', negativeTtl: 100 });
    const error = gone();
    method.throws = error;
    await expect(call('a')).rejects.toBe(error);
    await clock.advance(99);
    await expect(call('a')).rejects.toBe(error);
    expect(method.runs).toBe(1);
    expect(events.of('cache.hit')).toMatchObject([{ age: 99, error, key: 'a', cache: 'Service.method' }]);
    expect(cache().stats).toMatchObject({ negative: 1, misses: 1, hits: 0, size: 0 });
    method.throws = undefined;
    await clock.advance(1);
    expect(await call('a')).toBe(2);
  });

  it('is told of by the account of the call', async () => {
    const { call, method } = upstream({ ttl: '1m', negativeTtl: 100 });
    method.throws = gone();
    expect((await call.detailed('a')).from).toBe('method');
    expect(await call.detailed('a')).toMatchObject({ error: method.throws, from: 'cache', attempts: 0 });
  });

  it('is not kept without negativeTtl, and of another key never', async () => {
    const { call, method } = upstream({ ttl: '1m' });
    method.throws = gone();
    for (const key of ['a', 'a']) await expect(call(key)).rejects.toBe(method.throws);
    expect(method.runs).toBe(2);
    const other = upstream({ ttl: '1m', negativeTtl: '1m' });
    other.method.throws = gone();
    for (const key of ['a', 'b']) await expect(other.call(key)).rejects.toBe(other.method.throws);
    expect(other.method.runs).toBe(2);
  });

  it.each([undefined, new HeldStore()])(
    'drops the value that was kept, also for those who come later',
    async (store) => {
      const { call, clock, method } = upstream({
        ttl: 10,
        staleIfError: '1h',
        negativeTtl: 5,
        ...(store && { store }),
      });
      await call('a');
      await clock.advance(10);
      method.throws = gone();
      await expect(call('a')).rejects.toBe(method.throws);
      await clock.advance(5);
      method.throws = new Boom('down');
      await expect(call('a')).rejects.toBe(method.throws);
    },
  );

  it('replaces a stale value, when it comes from a refresh', async () => {
    const { call, clock, method } = upstream({ ttl: 10, staleFor: '1h', negativeTtl: '1m' });
    await call('a');
    await clock.advance(10);
    method.throws = gone();
    expect(await call('a')).toBe(1);
    await settle();
    await expect(call('a')).rejects.toBe(method.throws);
    expect(method.runs).toBe(2);
  });

  it('is given at once while the store hangs', async () => {
    const store = new HeldStore();
    const { call, clock, method } = upstream({ ttl: 10, negativeTtl: '1m', store });
    method.throws = gone();
    await expect(call('a')).rejects.toBe(method.throws);
    store.holds.add('get');
    await expect(call('a')).rejects.toBe(method.throws);
    expect(clock.pending).toBe(0);
  });
});

describe('negativeTtl with on and except', () => {
  it('keeps what on names, and nothing else', async () => {
    const { call, method } = upstream({ ttl: '1m', negativeTtl: { ttl: '1m', on: [Boom, 'E_GONE'] } });
    const coded = Object.assign(new Error('gone'), { code: 'E_GONE' });
    for (const [key, error] of [
      ['a', new Boom('down')],
      ['b', coded],
    ] as const) {
      method.throws = error;
      for (let time = 0; time < 2; time++) await expect(call(key)).rejects.toBe(error);
    }
    expect(method.runs).toBe(2);
    method.throws = gone();
    Object.setPrototypeOf(method.throws, Error.prototype);
    for (let time = 0; time < 2; time++) await expect(call('c')).rejects.toBe(method.throws);
    expect([isPermanent(method.throws), method.runs]).toEqual([true, 4]);
  });

  it('does not keep what except names', async () => {
    const { call, method } = upstream({ ttl: '1m', negativeTtl: { ttl: '1m', except: Boom } });
    method.throws = gone();
    for (let time = 0; time < 2; time++) await expect(call('a')).rejects.toBe(method.throws);
    expect(method.runs).toBe(2);
  });

  it('asks a predicate once for each failed load, with the error and the call', async () => {
    const on = vi.fn(() => true);
    const { call, method } = upstream({ ttl: '1m', negativeTtl: { ttl: '1m', on } });
    method.throws = new Boom('down');
    for (let time = 0; time < 3; time++) await expect(call('a')).rejects.toBe(method.throws);
    expect(on.mock.calls).toEqual([[method.throws, expect.objectContaining({ site: 'Service.method', args: ['a'] })]]);
  });

  it.each<[object, string]>([
    [{}, '@Cached: negativeTtl.ttl must be given'],
    [{ ttl: 0 }, 'negativeTtl.ttl must be a duration of at least 1 ms'],
    [{ ttl: 1, on: 5 }, 'on must be an error class, a code, a predicate, or a list of them'],
    [{ ttl: 1, of: Boom }, 'of is no option; it takes ttl, on, except'],
  ])('checks %o', (negativeTtl, message) => {
    expect(() => upstream({ ttl: '1m', negativeTtl: negativeTtl as never })).toThrow(message);
  });

  it('takes no time of nothing', () => {
    expect(() => upstream({ ttl: '1m', negativeTtl: 0 })).toThrow('negativeTtl must be a duration of at least 1 ms');
  });
});

describe('an error that says nothing about the callee is not kept', () => {
  it('when all callers have left', async () => {
    const { call, method, clock } = upstream({ ttl: '1m', negativeTtl: { ttl: '1m', on: () => true } });
    Object.assign(method, { takes: 10, throws: new Boom('late') });
    const controller = new AbortController();
    const left = watch(call('a', controller.signal));
    controller.abort(new Boom('left'));
    await clock.advance(10);
    expect((left.error as Error).message).toBe('left');
    Object.assign(method, { takes: 0, throws: undefined });
    expect(await call('a')).toBe(2);
  });

  it('when a refresh ran out of time', async () => {
    const { call, method, clock } = upstream({ ttl: 10, staleFor: '1h', refreshTimeout: 5, negativeTtl: '1m' });
    await call('a');
    await clock.advance(10);
    method.takes = 1000;
    await call('a');
    await clock.advance(5);
    expect(await call('a')).toBe(1);
    await clock.advance(1000);
  });

  it.each([Error, RejectedError])('when it is a refusal of ours, unless on names that: %o', async (on) => {
    let runs = 0;
    const world = protectForTest(
      async () => {
        if (++runs === 1) throw 'no error at all';
        return runs;
      },
      {
        cached: { ttl: '1m', negativeTtl: { ttl: '1m', on } },
        circuitBreaker: { failureThreshold: 1, openFor: 10 },
      },
    );
    await expect(world.call()).rejects.toBe('no error at all');
    await expect(world.call()).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
    await world.clock.advance(10);
    if (on === Error) expect(await world.call()).toBe(2);
    else await expect(world.call()).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
  });

  it.each([Error, TimeoutError])('when it is a timeout of ours, unless on names that: %o', async (on) => {
    const method = { takes: 1000 };
    const world = protectForTest(
      async () => {
        await world.clock.sleep(method.takes);
        return 'value';
      },
      { cached: { ttl: '1m', negativeTtl: { ttl: '1m', on } }, timeout: { attempt: 10 } },
    );
    const first = watch(world.call());
    await world.clock.advance(10);
    expect(first.error).toBeInstanceOf(TimeoutError);
    method.takes = 0;
    const second = await world.call().catch((error) => error);
    expect(second).toBe(on === Error ? 'value' : first.error);
    await world.clock.advance(1000);
  });
});

describe('a kept error', () => {
  const endings: [string, (cache: Cache) => unknown][] = [
    ['delete', (cache) => cache.delete('a')],
    ['clear', (cache) => cache.clear()],
    ['invalidate', (cache) => cache.invalidate('anything')],
    ['set', (cache) => cache.set('a', 2)],
  ];

  it.each(endings)('ends with %s', async (_how, end) => {
    const { call, method, cache } = upstream({ ttl: '1m', negativeTtl: '1m' });
    method.throws = gone();
    await expect(call('a')).rejects.toBe(method.throws);
    method.throws = undefined;
    end(cache());
    expect(await call('a')).toBe(2);
  });

  it.each(endings)(
    'is none that was on its way when %s came, nor is it given to those who ask after that',
    async (how, end) => {
      const { call, runs, cache } = heldUpstream({
        ttl: '1m',
        negativeTtl: '1m',
        tags: ['anything'],
        store: new HeldStore({ sync: true }),
      });
      const before = watch(call('a'));
      await settle();
      await end(cache());
      const after = watch(call('a'));
      await settle();
      const error = gone();
      runs[0]?.fail(error);
      await settle();
      expect([before.error, runs.length]).toEqual([error, how === 'set' ? 1 : 2]);
      runs[1]?.land(2);
      await settle();
      expect([after.value, await call('a')]).toEqual([2, 2]);
    },
  );

  it.each(endings.slice(0, 3))('is none either when nobody asked before it came in, after %s', async (_how, end) => {
    const { call, runs, cache } = heldUpstream(
      { ttl: '1m', negativeTtl: '1m', tags: ['anything'] },
      new HeldStore({ sync: true }),
    );
    const before = watch(call('a'));
    await settle();
    await end(cache());
    runs[0]?.fail(gone());
    await settle();
    expect(before.state).toBe('rejected');
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(2);
  });

  it('counts as something that delete has dropped', async () => {
    const { call, method, cache } = upstream({ ttl: '1m', negativeTtl: '1m' });
    method.throws = gone();
    await expect(call('a')).rejects.toBe(method.throws);
    expect([cache().delete('a'), cache().delete('a')]).toEqual([true, false]);
  });

  it('gives way to others beyond max', async () => {
    const { call, method } = upstream({ ttl: '1m', negativeTtl: '1m', max: 2 });
    method.throws = gone();
    for (const key of ['a', 'b', 'c', 'a']) await expect(call(key)).rejects.toBe(method.throws);
    expect(method.runs).toBe(4);
  });
});
