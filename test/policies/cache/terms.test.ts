import { describe, expect, it } from 'vitest';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

const places = [
  ['memory', () => ({})],
  ['a store', () => ({ store: new HeldStore() })],
] as const;

const instance = { name: 'it' };

/** A method that gives 1, 2, 3 … unless it is down. */
function counting(options: CachedOptions) {
  const upstream = { runs: 0, down: undefined as unknown };
  const world = protectForTest(
    async (_key: string, _more?: string) => {
      if (upstream.down !== undefined) throw upstream.down;
      return ++upstream.runs;
    },
    { cached: { key: (key: string) => key, ...options } },
  );
  const call = async (key: string, more?: string) => {
    const value = await world.call.call(instance, key, more);
    await settle();
    return value;
  };
  return { ...world, call, upstream, cache: () => world.runtime.caches.find('Service.method')! };
}

describe.each(places)('times that are functions, in %s', (_place, place) => {
  it.each(['ttl', 'staleFor', 'staleIfError'] as const)(
    '%s is asked for each value, with it, the arguments and the instance',
    async (option) => {
      const seen: unknown[] = [];
      const lasts = function (this: unknown, ...args: unknown[]) {
        seen.push(this, ...args);
        return '1m';
      };
      const { call } = counting({ ttl: '1m', [option]: lasts, ...place() });
      await call('a', 'more');
      await call('a', 'more');
      expect(seen).toEqual([instance, 1, 'a', 'more']);
    },
  );

  it('ttl says for each value how long it is fresh, in any form of a duration', async () => {
    const lasts: Record<string, number | string> = { a: 10, b: '20ms', c: Number.POSITIVE_INFINITY };
    const { call, clock, cache } = counting({ ttl: (_value, key: string) => lasts[key] as number, ...place() });
    for (const key of ['a', 'b', 'c']) await call(key);
    for (const [by, kept] of [
      [9, [1, 2, 3]],
      [1, [undefined, 2, 3]],
      [10, [undefined, undefined, 3]],
      [1e9, [undefined, undefined, 3]],
    ] as const) {
      await clock.advance(by);
      expect([await cache().get('a'), await cache().get('b'), await cache().get('c')]).toEqual(kept);
    }
  });

  it('ttl of 0 says that a value is not kept, nor the one that was', async () => {
    const { call, clock, cache, upstream } = counting({
      ttl: (value) => (value === 2 ? 0 : 10),
      staleIfError: '1h',
      ...place(),
    });
    await call('a');
    await clock.advance(10);
    expect([await call('a'), cache().stats]).toMatchObject([2, { stored: 1, storeFailures: 0 }]);
    upstream.down = new Boom('down');
    await expect(call('a')).rejects.toBe(upstream.down);
  });

  it('staleFor and staleIfError say it for each value, 0 for not at all', async () => {
    const { call, clock, cache, upstream } = counting({
      ttl: 10,
      staleFor: (_value, key: string) => (key === 'a' ? 10 : 0),
      staleIfError: (_value, key: string) => (key === 'b' ? 10 : 0),
      ...place(),
    });
    for (const key of ['a', 'b']) await call(key);
    upstream.down = new Boom('down');
    await clock.advance(19);
    expect([await call('a'), await call('b')]).toEqual([1, 2]);
    expect(cache().stats).toMatchObject({ stale: 1, staleIfError: 1 });
    await clock.advance(1);
    for (const key of ['a', 'b']) await expect(call(key)).rejects.toBe(upstream.down);
  });

  it.each(['ttl', 'staleFor', 'staleIfError'] as const)(
    '%s that is no duration is a clear error, and what was kept stays',
    async (option) => {
      for (const wrong of [undefined, null, -1, Number.NaN, 'soon', '5', {}, Promise.resolve(5)]) {
        let lasts: unknown = 10;
        const { call, clock, cache } = counting({ ttl: 10, [option]: () => lasts, ...place() });
        await call('b');
        await clock.advance(10);
        lasts = wrong;
        await expect(call('a')).rejects.toMatchObject({
          code: 'HOLDFAST_INVALID_OPTIONS',
          message: expect.stringContaining(`Service.method: @Cached: ${option} must return a duration, but got`),
        });
        lasts = 20;
        expect([await call('a'), await call('a'), cache().stats.stored]).toEqual([3, 3, 2]);
      }
    },
  );

  it('what they throw is what the call rejects with; behind a stale value it is an event', async () => {
    const boom = new Boom('ttl');
    let throws = false;
    const { call, clock, events } = counting({
      ttl: () => {
        if (throws) throw boom;
        return 10;
      },
      staleFor: '1h',
      ...place(),
    });
    await call('a');
    throws = true;
    await expect(call('b')).rejects.toBe(boom);
    await clock.advance(10);
    expect(await call('a')).toBe(1);
    expect(events.of('cache.refreshFailed')).toMatchObject([{ key: 'a', error: boom }]);
  });

  it('are asked for values that are set by hand too, which may say otherwise for themselves', async () => {
    const { cache, clock } = counting({ ttl: (value) => value as number, staleFor: '1h', ...place() });
    await cache().set('a', 10);
    await cache().set('b', 10, { ttl: 20 });
    await cache().set('c', 0);
    await clock.advance(10);
    expect([await cache().get('a'), await cache().get('b'), await cache().get('c')]).toEqual([
      undefined,
      10,
      undefined,
    ]);
    expect(await cache().wrap('a', () => 'loaded')).toBe(10);
    await clock.advance(10);
    expect(await cache().get('b')).toBeUndefined();
  });
});
