import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { type CachedOptions, MemoryStore } from '../../../src/policies/cache/index.js';
import { protectForTest, settle } from '../../../src/testing/index.js';
import { entryOf } from './held-store.js';

/** A method that gives bytes, as many as it is asked for. */
function bytes(options: CachedOptions) {
  const upstream = { runs: 0 };
  const world = protectForTest(
    async (length: number) => {
      upstream.runs++;
      return new Uint8Array(length);
    },
    { cached: { ttl: '1h', ...options } },
  );
  return { ...world, upstream, cache: () => world.runtime.caches.find('Service.method')! };
}

describe('maxBytes', () => {
  it('bounds what all values take together: the least recently used ones give way', async () => {
    const { call, cache, events } = bytes({ maxBytes: 100 });
    for (const length of [40, 30, 20, 10]) await call(length);
    expect(cache().stats).toMatchObject({ size: 4, bytes: 100, evictions: 0 });
    await call(40);
    await call(25);
    expect(cache().stats).toMatchObject({ size: 4, bytes: 95, evictions: 1 });
    await call(50);
    expect(cache().stats).toMatchObject({ size: 2, bytes: 75, evictions: 4 });
    expect(events.of('cache.evicted').map(({ key }) => key)).toEqual([30, 20, 10, 40]);
  });

  it('holds whatever is kept', async () => {
    const { call, cache } = bytes({ maxBytes: 1000 });
    for (let length = 1; length < 300; length++) {
      await call((length * 37) % 1001);
      expect(cache().stats.bytes).toBeLessThanOrEqual(1000);
    }
  });

  it('counts what has no bytes of its own as its structured clone', async () => {
    const { runtime } = bytes({});
    const cache = runtime.caches.register('sized', { ttl: '1h', maxBytes: 1000 });
    let expected = 0;
    for (const [key, value] of [
      ['a', 'text'],
      ['b', { deep: [1, new Map([['x', 1]])] }],
      ['c', undefined],
      ['d', 0],
    ] as const) {
      cache.set(key, value);
      expected += serialize(value).byteLength;
      expect(cache.stats.bytes).toBe(expected);
    }
    cache.set('b', 0);
    cache.delete('c');
    expect(cache.stats.bytes).toBe(serialize('text').byteLength + 2 * serialize(0).byteLength);
    cache.clear();
    expect(cache.stats.bytes).toBe(0);
  });

  it('is a bound for each value: one that is larger is served, not kept, told, and takes the one before it along', async () => {
    const upstream = { length: 10 };
    const { call, clock, runtime, events } = protectForTest(async () => new Uint8Array(upstream.length), {
      cached: { ttl: 10, staleIfError: '1h', maxBytes: 100 },
    });
    await call();
    await clock.advance(10);
    upstream.length = 101;
    expect((await call()).byteLength).toBe(101);
    const { stats } = runtime.caches.get('Service.method');
    expect(stats).toMatchObject({ size: 0, bytes: 0, stored: 1, evictions: 0, storeFailures: 1 });
    expect(events.of('cache.stored')).toHaveLength(1);
    expect(events.of('cache.storeFailed')).toMatchObject([
      {
        operation: 'set',
        store: 'memory',
        site: 'Service.method',
        error: { name: 'RangeError', message: 'a value of 101 bytes is larger than maxBytes, 100' },
      },
    ]);
  });

  it('lets what cannot be measured be served, and does not keep it', async () => {
    const value = { run: () => 1 };
    const { call, runtime, events } = protectForTest(async () => value, { cached: { ttl: '1h', maxBytes: 100 } });
    expect([await call(), await call()]).toEqual([value, value]);
    expect(events.of('cache.storeFailed')).toMatchObject([{ error: { message: '() => 1 could not be cloned.' } }, {}]);
    expect(runtime.caches.get('Service.method').stats).toMatchObject({ size: 0, stored: 0, misses: 2 });
  });

  it('goes together with max', async () => {
    const { call, cache } = bytes({ maxBytes: 100, max: 2 });
    for (const length of [1, 2, 3]) await call(length);
    expect(cache().stats).toMatchObject({ size: 2, bytes: 5, evictions: 1 });
  });

  it('of nothing is no bound, and nothing is measured', async () => {
    const { call, cache } = bytes({});
    await call(1_000_000);
    expect(cache().stats).toMatchObject({ size: 1, bytes: undefined });
  });

  it('holds for values with tags, which are forgotten with them', async () => {
    const { call, cache, upstream } = bytes({ maxBytes: 100, tags: ['all'] });
    for (const length of [60, 50, 40]) await call(length);
    expect(cache().stats).toMatchObject({ size: 2, bytes: 90 });
    cache().invalidate('all');
    expect(cache().stats).toMatchObject({ size: 0, bytes: 0 });
    await call(60);
    expect(upstream.runs).toBe(4);
  });
});

describe('a memory store that is given, with bounds of its own', () => {
  it('says no for good to what is too large: it is not tried again, and no failure of the store', async () => {
    const store = new MemoryStore({ max: 10, maxBytes: 100 });
    const { call, cache, runtime, clock, events } = bytes({ store });
    for (let time = 0; time < 6; time++) {
      await call(101);
      await settle();
    }
    expect(events.of('cache.storeFailed')).toHaveLength(6);
    expect([runtime.circuits.get('cache:Service.method').state, clock.pending]).toEqual(['closed', 0]);
    await call(100);
    await settle();
    expect(cache().stats).toMatchObject({ size: 1, bytes: 100, stored: 1, storeFailures: 6 });
    await expect(cache().set('a', () => 1)).rejects.toThrow('could not be cloned');
    expect(clock.pending).toBe(0);
  });

  it.each([new Uint8Array(101), () => 1])(
    'has nothing of a key any more whose value it could not keep: %o',
    (value) => {
      const store = new MemoryStore({ max: 10, maxBytes: 100 });
      store.set('a', entryOf(new Uint8Array(50), 0));
      expect(() => store.set('a', entryOf(value, 0))).toThrow();
      expect([store.get('a'), store.size, store.bytes]).toEqual([undefined, 0, 0]);
    },
  );

  it('keeps to its bounds when they change: what has no room any more gives way', () => {
    const gone: unknown[] = [];
    const store = new MemoryStore({ max: 10 }, (key) => gone.push(key));
    const keep = (key: string, length: number, tags: string[] = []) =>
      store.set(key, { ...entryOf(new Uint8Array(length), 0), tags });
    keep('a', 50, ['t']);
    keep('b', 60);
    keep('c', 30, ['t']);
    expect(store.bytes).toBeUndefined();
    store.resize({ max: 10, maxBytes: 55 });
    expect([[...store.keys()], store.bytes, gone]).toEqual([['c'], 30, ['b', 'a']]);
    store.deleteByTag('t');
    expect([store.size, store.bytes]).toEqual([0, 0]);
    keep('d', 55);
    store.resize({ max: 10 });
    expect([store.size, store.bytes]).toEqual([1, undefined]);
  });
});
