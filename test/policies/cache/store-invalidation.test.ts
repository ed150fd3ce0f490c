import { describe, expect, it } from 'vitest';
import type { Cache, CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, settle, watch } from '../../../src/testing/index.js';
import { HeldStore, type Operation } from './held-store.js';
import { form, heldUpstream } from './stored.js';

const tags = (_value: unknown, key: string) => [`tag:${key}`];

/** A cache with a store whose values bear the tag of their key. */
const upstream = (options: CachedOptions = {}, store = new HeldStore()) => ({
  ...heldUpstream({ ttl: '1m', tags, ...options }, store),
  store,
});

const ways: [string, Operation, (cache: Cache) => Promise<unknown>][] = [
  ['key', 'delete', async (cache) => cache.delete('a')],
  ['tag', 'deleteByTag', async (cache) => cache.invalidate('tag:a')],
  ['wildcard', 'deleteByTag', async (cache) => cache.invalidate('t*:*')],
  ['clear', 'clear', async (cache) => cache.clear()],
];

describe.each(ways)('an invalidation by %s of what a store keeps', (_how, operation, invalidate) => {
  it('drops it there, and what is loaded after it in the same millisecond is kept', async () => {
    const { call, keep, runs, cache, store } = upstream();
    await keep('a', 'old');
    await invalidate(cache());
    expect(store.entries.size).toBe(0);
    await keep('a', 'new');
    expect([await call('a'), runs.length, store.entries.size]).toEqual(['new', 2, 1]);
  });

  it('beats a load in flight: its callers get the value, it is not kept, and those who ask later wait for another', async () => {
    const { call, runs, cache, store } = upstream();
    const before = watch(call('a'));
    await settle();
    await invalidate(cache());
    const after = watch(call('a'));
    await settle();
    runs[0]?.land('old');
    await settle();
    expect([before.value, after.state, runs.length, store.count('set')]).toEqual(['old', 'pending', 2, 0]);
    runs[1]?.land('new');
    await settle();
    expect([after.value, await call('a')]).toEqual(['new', 'new']);
  });

  it('beats a refresh in flight', async () => {
    const { call, keep, clock, runs, cache, store } = upstream({ ttl: 10, staleFor: '1h' });
    await keep('a', 'first');
    await clock.advance(10);
    expect(await call('a')).toBe('first');
    await invalidate(cache());
    runs[1]?.land('refreshed');
    await settle();
    expect(store.entries.size).toBe(0);
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(3);
  });

  it('beats a read in flight, also for those who join it after', async () => {
    const { call, keep, runs, cache, store } = upstream();
    await keep('a', 'old');
    store.holds.add('get');
    const entry = store.entries.get(form('a'));
    const before = watch(call('a'));
    await invalidate(cache());
    const after = watch(call('a'));
    await settle();
    for (const read of store.waiting) read.answer(entry);
    await settle();
    expect([before.state, after.state, runs.length]).toEqual(['pending', 'pending', 2]);
    runs[1]?.land('new');
    await settle();
    expect([before.value, after.value]).toEqual(['new', 'new']);
  });

  it('beats a write in flight, and drops what that has written', async () => {
    const { call, keep, runs, cache, store } = upstream();
    store.holds.add('set');
    await keep('a', 'old');
    const done = watch(invalidate(cache()));
    watch(call('a'));
    await settle();
    expect([runs.length, store.count(operation)]).toEqual([2, 0]);
    store.waiting[0]?.go();
    await settle();
    expect([done.state, store.count(operation), store.entries.size]).toEqual(['resolved', 1, 0]);
  });

  it('beats a write that is being retried', async () => {
    const { call, keep, clock, runs, cache, store } = upstream();
    store.fails(new Boom('no'), 'set');
    await keep('a', 'old');
    const done = watch(invalidate(cache()));
    watch(call('a'));
    await settle();
    expect([runs.length, done.state]).toEqual([2, 'pending']);
    store.works();
    await clock.advance(100);
    expect([done.state, store.entries.size]).toEqual(['resolved', 0]);
  });

  it('beats a write that has not begun, which is left out', async () => {
    const { keep, cache, store } = upstream();
    store.holds.add('set');
    await keep('a', 'first');
    await cache().forget('a');
    watch(cache().set('a', 'second', { tags: ['tag:a'] }) as Promise<void>);
    const done = watch(invalidate(cache()));
    store.holds.clear();
    store.waiting[0]?.go();
    await settle();
    expect([store.count('set'), done.state, store.entries.size]).toEqual([1, 'resolved', 0]);
  });

  it('that the store refuses is told and rejects, and the value is not given again', async () => {
    const { call, keep, clock, runs, cache, store, events } = upstream();
    await keep('a', 'old');
    const boom = new Boom('no');
    store.fails(boom, operation);
    const done = watch(invalidate(cache()));
    await clock.advance(200);
    expect(done.error).toBe(boom);
    expect(store.count(operation)).toBe(3);
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation, store: 'held', error: boom }]);
    watch(call('a'));
    await settle();
    expect([runs.length, store.entries.size]).toEqual([2, 1]);
    runs[1]?.land('new');
    await settle();
    expect([await call('a'), store.entries.get(form('a'))?.value]).toEqual(['new', 'new']);
  });

  it('that the store acknowledges and does not do is done here all the same, also once newer values were kept', async () => {
    const { call, keep, runs, cache, store } = upstream();
    await keep('a', 'old');
    store.instead = (asked) => (asked === operation || asked === 'set' ? () => asked === 'delete' : undefined);
    await invalidate(cache());
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.land('new');
    await settle();
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(3);
  });

  it('is not undone by a write of before that the store does in the end', async () => {
    const { call, keep, clock, runs, cache, store } = upstream();
    store.holds.add('set');
    await keep('a', 'old');
    await clock.advance(3200); // three attempts, given up
    store.holds.clear();
    await invalidate(cache());
    await keep('a', 'new');
    expect(await call('a')).toBe('new');
    store.waiting[0]?.go();
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(3);
  });

  it('is not undone by one that failed within the same millisecond as a newer value was kept', async () => {
    const { call, keep, clock, runs, cache, store } = upstream({ storeRetry: false });
    await keep('a', 'one');
    await invalidate(cache());
    await keep('a', 'two');
    store.fails(new Boom('no'), operation);
    await expect(invalidate(cache())).rejects.toThrow('no');
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('while a newer value is on its way to the store leaves nothing of it', async () => {
    const { call, keep, runs, cache, store } = upstream({ storeRetry: false });
    await keep('a', 'one');
    store.holds.add('set');
    await invalidate(cache());
    await keep('a', 'two');
    store.fails(new Boom('no'), operation);
    const done = watch(invalidate(cache()));
    store.waiting[0]?.go();
    await settle();
    expect(done.state).toBe('rejected');
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(3);
  });

  it('is not undone by a step of the wall clock, back or forth, before or after it', async () => {
    for (const before of [-3_600_000, 0, 3_600_000])
      for (const after of [-3_600_000, 0, 3_600_000]) {
        const { call, keep, clock, runs, cache, store } = upstream({ ttl: '10h', storeRetry: false });
        clock.adjustWall(3_600_000);
        await keep('a', 'old');
        clock.adjustWall(before);
        store.fails(new Boom('no'), operation);
        await expect(invalidate(cache())).rejects.toThrow('no');
        clock.adjustWall(after);
        for (let hour = 0; hour < 4; hour++) {
          watch(call('a'));
          await settle();
          expect([before, after, hour, runs.length]).toEqual([before, after, hour, hour + 2]);
          runs.at(-1)?.fail(new Boom('down'));
          await clock.advance(3_600_000);
        }
      }
  });

  it('lets what is loaded after it be kept, though the wall clock was set back since', async () => {
    const { call, keep, clock, runs, cache, store } = upstream({ ttl: '10h' });
    await keep('a', 'old');
    await invalidate(cache());
    clock.adjustWall(-3_600_000);
    await keep('a', 'new');
    expect([await call('a'), await call('a'), runs.length]).toEqual(['new', 'new', 2]);
    store.fails(new Boom('no'), operation);
    const again = watch(invalidate(cache()));
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(3);
    runs[2]?.fail(new Boom('down'));
    await clock.advance(1000);
    expect(again.state).toBe('rejected');
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(4);
  });
});

describe('an invalidation by tag', () => {
  it('leaves other values alone, in the store and on their way to it', async () => {
    const { call, keep, runs, cache, store } = upstream();
    await keep('b', 'kept');
    store.holds.add('set');
    await keep('c', 'written');
    const done = watch(cache().invalidate('tag:a') as Promise<void>);
    await settle();
    expect(done.state).toBe('resolved');
    store.waiting[0]?.go();
    await settle();
    expect([await call('b'), await call('c'), runs.length]).toEqual(['kept', 'written', 2]);
  });

  it('beats a load though another of its cache lands first, forgotten or not', async () => {
    for (const forget of [true, false]) {
      const { call, runs, cache, store } = upstream();
      watch(call('b'));
      await settle();
      if (forget) cache().forget('b');
      watch(call('a'));
      await settle();
      await cache().invalidate('tag:a');
      runs[0]?.land('of b');
      await settle();
      runs[1]?.land('old');
      await settle();
      expect(store.entries.has(form('a'))).toBe(false);
    }
  });

  it('of several tags at once tries all, and rejects where one fails', async () => {
    const { keep, cache, store } = upstream({ storeRetry: false });
    for (const key of ['a', 'b']) await keep(key, key);
    store.instead = (operation, pattern) =>
      operation === 'deleteByTag' && pattern === 'tag:a'
        ? () => {
            throw new Boom('no');
          }
        : undefined;
    await expect(cache().invalidate(['tag:a', 'tag:b'])).rejects.toThrow('no');
    expect([...store.entries.keys()]).toEqual([form('a')]);
    expect([await cache().get('a'), await cache().get('b')]).toEqual([undefined, undefined]);
  });
});

describe('what was invalidated in vain', () => {
  it('stays so for more keys than are remembered: when there is no more room, all that is as old is void', async () => {
    const { call, keep, runs, cache, store, clock } = upstream({ storeRetry: false, storeTimeout: '1h' });
    for (const key of ['a', 'z']) await keep(key, key);
    store.fails(new Boom('no'), 'delete');
    await expect(cache().delete('a')).rejects.toThrow('no');
    store.works();
    await clock.advance(1);
    await Promise.all(Array.from({ length: 10_001 }, (_, key) => cache().delete(`other ${key}`)));
    watch(call('a'));
    watch(call('z'));
    await settle();
    expect(runs).toHaveLength(4);
    await keep('y', 'new');
    expect(await call('y')).toBe('new');
  });
});
