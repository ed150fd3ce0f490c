import { describe, expect, it } from 'vitest';
import { Cache } from '../../../src/policies/cache/index.js';
import { settle, testRuntime } from '../../../src/testing/index.js';

describe('the registry of caches', () => {
  it('makes a cache by name, and finds it again', () => {
    const { caches } = testRuntime().runtime;
    const users = caches.register('users', { ttl: '1m' });
    expect(users).toBeInstanceOf(Cache);
    expect([caches.get('users'), caches.find('users'), caches.find('orders')]).toEqual([users, users, undefined]);
    expect(users.name).toBe('users');
  });

  it('cannot make one without a time to live', () => {
    expect(() => testRuntime().runtime.caches.get('users')).toThrow('users: @Cached: ttl must be given');
  });

  it.each<[object, string]>([
    [{ ttl: 0 }, 'users: @Cached: ttl must be a duration of at least 1 ms'],
    [{ ttl: '1m', max: 0 }, 'users: @Cached: max must be a whole number from 1 to 10000000, but got 0'],
    [
      { ttl: '1m', key: () => 1 },
      'users: @Cached: key is no option; it takes ttl, staleFor, staleIfError, jitter, beta, negativeTtl, max, maxBytes, store, serializer, clone, version, refreshTimeout, maxRefreshes, storeTimeout, storeRetry, loadCircuit, keyCircuit',
    ],
  ])('checks %o', (options, message) => {
    expect(() => testRuntime().runtime.caches.register('users', options)).toThrow(message);
  });

  it('gives the counters of all', () => {
    const { caches } = testRuntime().runtime;
    caches.register('users', { ttl: '1m' }).set('a', 1);
    caches.register('orders', { ttl: '1m' });
    expect(caches.stats()).toMatchObject({ users: { size: 1, stored: 1 }, orders: { size: 0, stored: 0 } });
  });
});

describe('a cache whose options change', () => {
  /** A cache that some use had already, before another gave it options. */
  function changing(before: object, after: object) {
    const { runtime, clock } = testRuntime();
    const cache = runtime.caches.register('users', before);
    return { cache, clock, change: () => runtime.caches.making.change(cache, after, 'users') };
  }

  it('keeps the most recently used values when there is less room, and goes on', () => {
    const { cache, change } = changing({ ttl: '1m', max: 3 }, { ttl: '1m', max: 2 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    cache.get('a');
    change();
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['a', undefined, 'c']);
    expect(cache.stats).toMatchObject({ size: 2, evictions: 1 });
    cache.set('d', 'd');
    expect([cache.get('a'), cache.get('c'), cache.get('d')]).toEqual([undefined, 'c', 'd']);
  });

  it('lets what it keeps last as long as it was meant to, and new values as long as they are meant to now', async () => {
    const { cache, change, clock } = changing({ ttl: 1000 }, { ttl: 100 });
    cache.set('old', 1);
    change();
    cache.set('new', 2);
    await clock.advance(100);
    expect([cache.get('old'), cache.get('new')]).toEqual([1, undefined]);
  });

  it('gives later refreshes the new time', async () => {
    const { cache, change, clock } = changing(
      { ttl: 10, staleFor: '1h', refreshTimeout: '5s' },
      { ttl: 10, staleFor: '1h', refreshTimeout: '1s' },
    );
    cache.set('a', 1);
    change();
    await clock.advance(10);
    await cache.wrap('a', () => new Promise(() => {}));
    await clock.advance(1000);
    await settle();
    expect(cache.stats.refreshFailures).toBe(1);
  });
});
