import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { type CachedOptions, MemoryStore, type Serializer } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { form } from './stored.js';

const text = new TextEncoder();

const json: Serializer = {
  label: 'json',
  serialize: (value) => {
    const written = JSON.stringify(value);
    if (written === undefined) throw new Boom('not in JSON');
    return text.encode(written);
  },
  deserialize: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
};

const structured: Serializer = { label: 'v8', serialize, deserialize };

/** The same, later. */
const slow = ({ label, serialize, deserialize }: Serializer): Serializer => ({
  label,
  serialize: async (value) => serialize(value),
  deserialize: async (bytes) => deserialize(bytes),
});

const places = [
  ['memory', () => ({})],
  ['a store', () => ({ store: new HeldStore() })],
  ['a store that answers at once', () => ({ store: new HeldStore({ sync: true }) })],
] as const;

/** A method that gives what `make` makes. */
function giving(options: CachedOptions, make: () => unknown) {
  const upstream = { runs: 0 };
  const world = protectForTest(
    async (_key: string) => {
      upstream.runs++;
      return make();
    },
    { cached: { ttl: '1h', key: (key: string) => key, ...options } },
  );
  const call = async (key: string) => {
    const value = await world.call(key);
    await settle();
    return value;
  };
  return { ...world, call, upstream, cache: () => world.runtime.caches.find('Service.method')! };
}

describe.each(places)('a serializer, in %s', (_place, place) => {
  it.each([json, slow(json), structured, slow(structured)])('keeps values as its bytes: %o', async (serializer) => {
    const value = { name: 'Ada', list: [1, null, 'x'], yes: true };
    const { call, upstream, cache } = giving({ serializer, ...place() }, () => value);
    expect(await call('a')).toBe(value);
    for (let time = 0; time < 2; time++) {
      const kept = await call('a');
      expect(kept).toEqual(value);
      expect(kept).not.toBe(value);
    }
    expect(upstream.runs).toBe(1);
    expect(await cache().get('a')).toEqual(value);
    expect(cache().stats).toMatchObject({
      hits: 2,
      stored: 1,
      storeFailures: 0,
      size: 'store' in place() ? undefined : 1,
    });
  });

  it.each([undefined, Number.NaN, new Map([[1, new Set(['x'])]]), new Date(0), 0n, null])(
    'gives back %o as it was',
    async (value) => {
      const { call, upstream } = giving({ serializer: structured, ...place() }, () => value);
      await call('a');
      expect([await call('a'), upstream.runs]).toEqual([value, 1]);
    },
  );

  it('keeps what was loaded, not what its first caller has made of it since', async () => {
    const { call } = giving({ serializer: json, ...place() }, () => ({ name: 'Ada' }));
    const first = (await call('a')) as { name: string };
    first.name = 'Eve';
    expect(await call('a')).toEqual({ name: 'Ada' });
  });

  it('keeps what was set, not what has become of it while the write before it was under way', async () => {
    const { cache } = giving({ serializer: slow(json), ...place() }, () => 1);
    const value = { name: 'Ada' };
    const written = [cache().set('a', 1), cache().set('a', value)];
    value.name = 'Eve';
    await Promise.all(written);
    expect(await cache().get('a')).toEqual({ name: 'Ada' });
  });

  it('that cannot turn a value into bytes lets it be served: an event, nothing kept, and not what was kept before', async () => {
    for (const serializer of [json, slow(json)]) {
      let value: unknown = 'good';
      const { call, events, cache, clock, upstream, runtime } = giving(
        { serializer, ...place(), ttl: 10, staleIfError: '1h' },
        () => value,
      );
      await call('a');
      await clock.advance(10);
      value = () => 1;
      expect(await call('a')).toBe(value);
      expect(events.of('cache.storeFailed')).toMatchObject([
        { operation: 'set', key: 'a', site: 'Service.method', error: { message: 'not in JSON' } },
      ]);
      await clock.advance(1);
      expect(await call('a')).toBe(value);
      expect([upstream.runs, cache().stats.stored]).toEqual([3, 1]);
      expect(runtime.circuits.find('cache:Service.method')?.state ?? 'closed').toBe('closed');
      expect(clock.pending).toBe(0);
    }
  });

  it('that cannot read its bytes is a miss with an event, and no failure of the store', async () => {
    for (const asynchronous of [false, true]) {
      const broken = {
        ...json,
        deserialize: () => {
          throw new Boom('unreadable');
        },
      };
      const serializer = asynchronous ? slow(broken) : broken;
      const { call, events, runtime, upstream } = giving({ serializer, ...place() }, () => 1);
      for (let time = 0; time < 7; time++) await call('a');
      expect(upstream.runs).toBe(7);
      expect(events.of('cache.storeFailed')).toHaveLength(6);
      expect(events.of('cache.storeFailed')[0]).toMatchObject({
        operation: 'get',
        error: { message: 'the store gave bytes that cannot be read', cause: { message: 'unreadable' } },
      });
      expect(runtime.circuits.find('cache:Service.method')?.state ?? 'closed').toBe('closed');
    }
  });

  it('says no to set() by hand with what it throws', async () => {
    const { cache } = giving({ serializer: json, ...place() }, () => 1);
    await expect(cache().set('a', () => 1)).rejects.toThrow('not in JSON');
    await cache().set('a', { b: 1 });
    expect(await cache().get('a')).toEqual({ b: 1 });
  });
});

describe('what a serializer left in a store', () => {
  it('is a miss for another one, and for another version, with no event', async () => {
    const store = new HeldStore();
    for (const [options, expected] of [
      [{ serializer: json }, 1],
      [{ serializer: json }, 1],
      [{ serializer: { ...json, label: 'json 2' } }, 2],
      [{ serializer: { ...json, label: 'json 2' }, version: 2 }, 3],
      [{ serializer: { ...json, label: 'json 2' }, version: 2 }, 3],
      [{}, 4],
      [{ serializer: json }, 5],
    ] as const) {
      const { call, events } = giving({ ...options, store }, () => expected);
      expect(await call('a')).toBe(expected);
      expect(events.of('cache.storeFailed')).toEqual([]);
    }
  });

  it('is bytes, and what is none is a miss with an event', async () => {
    const store = new HeldStore();
    const { call, events } = giving({ serializer: json, store }, () => 'value');
    await call('a');
    const kept = store.entries.get(form('a'));
    expect(kept?.value).toEqual(text.encode('"value"'));
    store.entries.set(form('a'), { ...kept!, value: 'value' });
    await call('a');
    expect(events.of('cache.storeFailed')).toMatchObject([
      { error: { cause: { message: 'the store gave something that is not bytes' } } },
    ]);
  });

  it('takes part of the time that a read has', async () => {
    const store = new HeldStore();
    const never = { ...json, deserialize: () => new Promise(() => {}) };
    const { call, runtime, clock } = giving({ serializer: never, store, storeTimeout: 50 }, () => 1);
    await call('a');
    const second = call('a');
    await clock.advance(50);
    expect(await second).toBe(1);
    expect(runtime.caches.get('Service.method').stats.storeFailures).toBe(1);
  });
});

describe('a serializer in memory', () => {
  it('lets the bytes be counted and bounded', async () => {
    const { cache, events } = giving({ serializer: json, maxBytes: 10 }, () => 1);
    await cache().set('a', 'abc');
    await cache().set('b', 'abc');
    expect(cache().stats).toMatchObject({ size: 2, bytes: 10, evictions: 0 });
    await cache().set('c', '');
    expect(cache().stats).toMatchObject({ size: 2, bytes: 7, evictions: 1 });
    expect(events.of('cache.evicted')).toMatchObject([{ key: 'a', cache: 'Service.method' }]);
  });

  it('serves a value that is too large at once, and does not try again to keep it', async () => {
    const { call, cache, clock, events, upstream } = giving({ serializer: json, maxBytes: 10 }, () => 'x'.repeat(20));
    await call('a');
    expect([clock.pending, cache().stats]).toMatchObject([0, { size: 0, stored: 0, storeFailures: 1 }]);
    await call('a');
    expect(upstream.runs).toBe(2);
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'set', error: { name: 'RangeError' } }, {}]);
  });

  it('evicts by count, and names the key that has gone', async () => {
    const { cache, events } = giving({ serializer: json, max: 2 }, () => 1);
    for (const key of [1, '2', [3]] as const) await cache().set(key, 'x');
    await cache().set('\u0000x', 'x');
    expect(events.of('cache.evicted')).toMatchObject([{ key: 1 }, { key: '2' }]);
    expect(await cache().get([3])).toBe('x');
  });

  it('keeps on the monotonic clock', async () => {
    const { cache, clock } = giving({ serializer: json, ttl: 100 }, () => 1);
    await cache().set('a', 1);
    clock.adjustWall(3_600_000);
    expect(await cache().get('a')).toBe(1);
    await clock.advance(100);
    expect(await cache().get('a')).toBeUndefined();
  });

  it('keeps the values of instances apart', async () => {
    const { call, upstream } = giving({ serializer: json, scope: 'instance' }, () => 1);
    await call('a');
    await call('a');
    expect(upstream.runs).toBe(1);
  });
});

describe('the options of a store and a serializer', () => {
  it.each<[object, string]>([
    [{ store: {} }, '@Cached: store must be a CacheStore: it has no get, set, delete, deleteByTag, clear'],
    [{ store: new Map() }, '@Cached: store must be a CacheStore: it has no deleteByTag'],
    [{ serializer: JSON }, '@Cached: serializer must be a Serializer: it has no serialize, deserialize'],
    [
      { store: new MemoryStore({ max: 1 }), maxBytes: 5 },
      '@Cached: maxBytes bounds the memory: give the store a bound of its own',
    ],
    [{ version: {} }, '@Cached: version must be a string or a number'],
    [{ clone: 'deep' }, "@Cached: clone must be one of 'none', 'structured', 'freeze'"],
    [{ storeTimeout: 0 }, '@Cached: storeTimeout must be a duration of at least 1 ms'],
    [{ storeRetry: true }, '@Cached: storeRetry must be an object of options, or false'],
    [{ storeRetry: { maxAttempts: 0 } }, '@Cached: storeRetry.maxAttempts must be a whole number from 1 to 100'],
    [{ storeRetry: { attempts: 2 } }, 'attempts is no option; it takes maxAttempts, delay'],
    [{ maxBytes: 0 }, '@Cached: maxBytes must be a whole number of at least 1'],
  ])('%o are told at the decorator', (options, message) => {
    expect(() => giving(options as CachedOptions, () => 1)).toThrow(message);
  });
});
