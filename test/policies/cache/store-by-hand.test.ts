import { describe, expect, it } from 'vitest';
import { Boom, settle, testRuntime, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

/** A cache with a store, by hand. */
function users(options = {}, store = new HeldStore()) {
  const { runtime, clock } = testRuntime();
  return { store, clock, runtime, cache: runtime.caches.register('users', { ttl: 100, store, ...options }) };
}

describe('a cache with a store, by hand', () => {
  it('resolves set() once the store has the value, and gives it before that', async () => {
    const { cache, store } = users();
    store.holds.add('set');
    const written = watch(cache.set('a', 1) as Promise<void>);
    await settle();
    expect([written.state, await cache.get('a'), store.entries.size, cache.stats.stored]).toEqual(['pending', 1, 0, 0]);
    store.waiting[0]?.go();
    await settle();
    expect([written.state, await cache.get('a'), store.entries.size, cache.stats.stored]).toEqual([
      'resolved',
      1,
      1,
      1,
    ]);
  });

  it('keeps a value for as long as set() says, with its tags', async () => {
    const { cache, store, clock } = users({ staleFor: 50 });
    await cache.set('a', 1, { ttl: '1s', staleFor: 0, staleIfError: '2s', tags: ['t', 'u'] });
    const now = clock.wallNow();
    expect([...store.entries]).toEqual([
      [
        'users//sa',
        {
          value: 1,
          createdAt: now,
          freshUntil: now + 1000,
          staleUntil: now + 1000,
          errorUntil: now + 3000,
          tags: ['t', 'u'],
          version: '',
        },
      ],
    ]);
  });

  it('gives with get() what is fresh, and nothing else', async () => {
    const { cache, clock } = users({ staleFor: '1h' });
    await cache.set('a', 1);
    await clock.advance(99);
    expect(await cache.get('a')).toBe(1);
    await clock.advance(1);
    expect([await cache.get('a'), await cache.wrap('a', () => 2)]).toEqual([undefined, 1]);
  });

  it('tells with delete() whether there was something, also on its way', async () => {
    const { cache, store } = users();
    expect(await cache.delete('a')).toBe(false);
    await cache.set('a', 1);
    expect([await cache.delete('a'), await cache.delete('a')]).toEqual([true, false]);
    store.holds.add('set');
    const written = cache.set('b', 1);
    const dropped = cache.delete('b');
    await settle();
    store.waiting[0]?.go();
    expect(await dropped).toBe(true);
    await written;
  });

  it('rejects set() where the store does not take the value, and does not give the one from before', async () => {
    const { cache, store, clock } = users({ storeRetry: false });
    await cache.set('a', 1);
    await clock.advance(1);
    store.fails(new Boom('full'), 'set');
    await expect(cache.set('a', 2)).rejects.toThrow('full');
    expect(await cache.get('a')).toBeUndefined();
  });

  it('of many writes at once asks for 256 at a time, and leaves out what is more than 10 000, and tells', async () => {
    const { cache, store } = users();
    store.holds.add('set');
    const writes = Array.from({ length: 10_001 }, (_, key) => watch(cache.set(key, key) as Promise<void>));
    await settle();
    expect([store.count('set'), writes.at(-1)?.state]).toEqual([256, 'rejected']);
    expect(writes.at(-1)?.error).toMatchObject({ message: 'too many writes are under way' });
    store.holds.clear();
    for (const waiting of store.waiting) waiting.go();
    for (let round = 0; store.entries.size < 10_000 && round < 100; round++) await settle();
    expect([store.entries.size, await cache.get(0), await cache.get(10_000)]).toEqual([10_000, 0, undefined]);
  });

  it('of the registry tries all caches, and rejects where one fails', async () => {
    const { runtime, cache, store } = users({ storeRetry: false });
    const other = runtime.caches.register('other', { ttl: 100, store: new HeldStore() });
    for (const each of [cache, other]) await each.set('a', 1, { tags: ['t'] });
    store.fails(new Boom('no'), 'deleteByTag', 'clear');
    await expect(runtime.caches.invalidate('t')).rejects.toThrow('no');
    expect([await cache.get('a'), await other.get('a')]).toEqual([undefined, undefined]);
    await expect(runtime.caches.clear()).rejects.toThrow('no');
    store.works();
    await runtime.caches.clear();
    expect(store.entries.size).toBe(0);
  });

  it('knows how much its store keeps, where that says so', () => {
    const { cache } = users();
    expect([cache.stats.size, cache.stats.bytes]).toEqual([undefined, undefined]);
    const sized = Object.assign(new HeldStore(), { size: 7, bytes: 70 });
    expect(users({}, sized).cache.stats).toMatchObject({ size: 7, bytes: 70 });
  });
});
