import { describe, expect, it } from 'vitest';
import { Cached, type CachedOptions } from '../../../decorators/index.js';
import { type CacheOptions, MemoryStore, type Serializer } from '../../../src/policies/cache/index.js';
import { Boom, settle, testRuntime } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

const json: Serializer = {
  label: 'json',
  serialize: (value) => new TextEncoder().encode(JSON.stringify(value)),
  deserialize: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
};

/** A cache that some use had already, before another gave it options. */
function changing(before: CacheOptions) {
  const { runtime, clock } = testRuntime();
  const cache = runtime.caches.register('users', before);
  return {
    cache,
    clock,
    runtime,
    change: (after: CacheOptions) => runtime.caches.making.change(cache, after, 'users'),
  };
}

describe('a cache that changes', () => {
  it('from memory to a store begins with what is there', async () => {
    const store = new HeldStore();
    const { cache, change } = changing({ ttl: '1h' });
    cache.set('a', 'memory');
    change({ ttl: '1h', store });
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', 'store');
    expect([await cache.get('a'), store.entries.size, cache.stats.size]).toEqual(['store', 1, undefined]);
    change({ ttl: '1h' });
    expect([cache.get('a'), cache.stats.size]).toEqual([undefined, 0]);
  });

  it('its serializer or version takes what was kept for a miss', async () => {
    const store = new HeldStore();
    const { cache, change } = changing({ ttl: '1h', store });
    await cache.set('a', 1);
    change({ ttl: '1h', store, serializer: json });
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', 2);
    expect([...store.entries.values()][0]?.value).toBeInstanceOf(Uint8Array);
    change({ ttl: '1h', store, serializer: json, version: 2 });
    expect(await cache.get('a')).toBeUndefined();
    change({ ttl: '1h', store, serializer: json });
    expect(await cache.get('a')).toBe(2);
  });

  it.each<[string, CacheOptions]>([
    ['its patience', { ttl: '1h', storeTimeout: '1s', storeRetry: false }],
    ['its version and back', { ttl: '1h', version: 2 }],
    ['how long values last', { ttl: '2h' }],
  ])('%s does not give again what was invalidated in vain', async (_what, after) => {
    for (const invalidate of ['delete', 'invalidate', 'clear'] as const) {
      const store = new HeldStore();
      const before: CacheOptions = { ttl: '1h', store, storeRetry: false };
      const { cache, change } = changing(before);
      await cache.set('a', 1, { tags: ['a'] });
      store.fails(new Boom('no'), 'delete', 'deleteByTag', 'clear');
      await expect(cache[invalidate]('a')).rejects.toThrow('no');
      change({ ...after, store });
      if (after.version !== undefined) change(before);
      expect(await cache.get('a')).toBeUndefined();
    }
  });

  it('its patience sees what is on its way to the store, and writes in order', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { cache, change } = changing({ ttl: '1h', store });
    const first = cache.set('a', 1);
    await settle();
    change({ ttl: '1h', store, storeTimeout: '1s' });
    expect(await cache.get('a')).toBe(1);
    const second = cache.set('a', 2);
    await settle();
    expect(store.count('set')).toBe(1);
    store.waiting[0]?.go();
    await settle();
    store.waiting[1]?.go();
    await Promise.all([first, second]);
    expect([...store.entries.values()].map(({ value }) => value)).toEqual([2]);
  });

  it('its patience has that from then on', async () => {
    const store = new HeldStore();
    const { cache, change, clock } = changing({ ttl: '1h', store });
    change({ ttl: '1h', store, storeTimeout: 10, storeRetry: false });
    store.holds.add('get');
    const wrapped = cache.wrap('a', () => 1);
    await clock.advance(10);
    expect(await wrapped).toBe(1);
  });

  it('keeps a volatile store’s values with other patience', async () => {
    const store = new MemoryStore({ max: 10 });
    const { cache, change } = changing({ ttl: '1h', store });
    await cache.set('a', 1);
    change({ ttl: '1h', store, storeTimeout: '1s' });
    expect([await cache.get('a'), store.size]).toEqual([1, 1]);
  });

  it('its bounds in memory keeps the most recently used bytes', async () => {
    for (const serializer of [undefined, json]) {
      const kind = serializer && { serializer };
      const { cache, change } = changing({ ttl: '1h', max: 10, ...kind });
      for (const key of ['a', 'b', 'c']) await cache.set(key, key);
      await cache.get('a');
      change({ ttl: '1h', max: 2, ...kind });
      expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual(['a', undefined, 'c']);
      expect(cache.stats).toMatchObject({ size: 2, evictions: 1 });
      change({ ttl: '1h', max: 2, maxBytes: 1, ...kind });
      expect(cache.stats).toMatchObject({ size: 0, bytes: 0, evictions: 3 });
    }
  });

  it('its circuits has the new ones', async () => {
    const { cache, change, runtime } = changing({ ttl: '1h' });
    change({ ttl: '1h', loadCircuit: { failureThreshold: 1 } });
    await expect(cache.wrap('a', () => Promise.reject(new Boom('down')))).rejects.toThrow('down');
    expect(runtime.circuits.find('load:users')?.state).toBe('open');
    change({ ttl: '1h' });
    expect(await cache.wrap('a', () => 1)).toBe(1);
  });

  it('its copies and its kept errors has the new rules', async () => {
    const { cache, change } = changing({ ttl: '1h' });
    change({ ttl: '1h', clone: 'freeze', negativeTtl: { ttl: '1h', on: Boom } });
    expect(Object.isFrozen(await cache.wrap('a', () => ({})))).toBe(true);
    const load = () => Promise.reject(new Boom('down'));
    await expect(cache.wrap('b', load)).rejects.toThrow('down');
    await expect(cache.wrap('b', () => 1)).rejects.toThrow('down');
    change({ ttl: '1h' });
    expect(await cache.wrap('b', () => 1)).toBe(1);
  });
});

describe('a cache that is given options after uses of its name alone', () => {
  const use = (options: CachedOptions = { name: 'users' }) => {
    class Users {
      runs = 0;

      constructor(readonly tenant: string) {}

      @Cached(options)
      async find(_id: string): Promise<string> {
        return `${this.tenant} ${++this.runs}`;
      }
    }
    return Users;
  };

  it('cannot be given a store that outlives the process where its instances have values of their own', async () => {
    const { runtime, cache, change } = changing({ ttl: '1h' });
    const Users = use();
    const [one, other] = [new Users('one'), new Users('other')];
    for (const users of [one, other]) runtime.bind(users);
    await one.find('1');
    await other.find('1');
    const store = new HeldStore();
    expect(() => change({ ttl: '1h', store })).toThrow(
      "users: @Cached: store outlives the process, and instances that use the cache have values of their own: say scope: 'method' or 'class' there, or give a key",
    );
    expect([await one.find('1'), await other.find('1'), cache.stats.hits]).toEqual(['one 1', 'other 1', 2]);
    expect(store.asked).toEqual([]);
    change({ ttl: '1h', store: new HeldStore({ volatile: true }) });
    expect([await one.find('1'), await other.find('1')]).toEqual(['one 2', 'other 2']);
  });

  it('may be given one where they share them', async () => {
    const { runtime, change } = changing({ ttl: '1h' });
    const Users = use({ name: 'users', scope: 'class' });
    const [one, other] = [new Users('one'), new Users('other')];
    for (const users of [one, other]) runtime.bind(users);
    const store = new HeldStore();
    await one.find('1');
    change({ ttl: '1h', store });
    await one.find('1');
    await settle();
    expect([await other.find('1'), [...store.entries.keys()]]).toEqual(['one 2', ['users/m:Users.find/s1']]);
  });
});
