import { describe, expect, it } from 'vitest';
import { Boom, settle, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { form, heldUpstream, stored } from './stored.js';

const kinds = [
  ['at once', () => new HeldStore({ sync: true })],
  ['later', () => new HeldStore()],
] as const;

describe.each(kinds)('a value in a store that answers %s', (_kind, make) => {
  it('is fresh until ttl, stale until staleFor is over with one refresh behind, and loaded after that', async () => {
    const { call, clock, runs, keep, cache } = heldUpstream({ ttl: 100, staleFor: 50 }, make());
    await keep('a', 'first');
    await clock.advance(99);
    expect(await call('a')).toBe('first');
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect([await call('a'), await call('a')]).toEqual(['first', 'first']);
    expect(runs).toHaveLength(2);
    await clock.advance(49);
    expect(await call('a')).toBe('first');
    await clock.advance(1);
    const waiting = watch(call('a'));
    await settle();
    expect([waiting.state, runs.length]).toEqual(['pending', 2]);
    runs[1]?.land('second');
    await settle();
    expect(waiting.value).toBe('second');
    expect(await call('a')).toBe('second');
    expect(cache().stats).toMatchObject({
      hits: 2,
      stale: 3,
      misses: 2,
      loads: 1,
      refreshes: 1,
      coalesced: 1,
      stored: 2,
      storeFailures: 0,
    });
    expect(clock.pending).toBe(0);
  });

  it('is given within staleIfError when loading failed, and not after', async () => {
    const { call, clock, upstream, events } = stored({ ttl: 100, staleIfError: 50 }, make());
    await call('a');
    upstream.down = new Boom('down');
    await clock.advance(149);
    expect(await call('a')).toBe(1);
    expect(events.of('cache.servedStale')).toMatchObject([{ age: 149, error: upstream.down }]);
    await clock.advance(1);
    await expect(call('a')).rejects.toBe(upstream.down);
  });

  it.each([undefined, null, 0, '', false, Number.NaN])('may be %s: a falsy value is a value', async (value) => {
    const { call, keep, runs } = heldUpstream({ ttl: 100 }, make());
    await keep('a', value);
    expect([await call('a'), runs.length]).toEqual([value, 1]);
  });

  it('is told with its site, key and cache', async () => {
    const { call, events } = stored({ ttl: 100 }, make());
    await call('a');
    await settle();
    await call('a');
    const fact = { site: 'Service.method', cache: 'Service.method', key: 'a' };
    expect(events.of('cache.missed')).toEqual([expect.objectContaining(fact)]);
    expect(events.of('cache.stored')).toEqual([expect.objectContaining(fact)]);
    expect(events.of('cache.hit')).toEqual([expect.objectContaining({ ...fact, age: 0 })]);
  });

  it('that a refresh failed to renew lets its key rest, but not once somebody has set another', async () => {
    const { call, clock, runs, keep, cache } = heldUpstream({ ttl: 1000, staleFor: '1h' }, make());
    await keep('a', 'old');
    await clock.advance(1000);
    await call('a');
    runs[1]?.fail(new Boom('down'));
    await settle();
    await call('a');
    expect(runs).toHaveLength(2);
    await clock.advance(1000);
    await call('a');
    expect(runs).toHaveLength(3);
    await cache().set('a', 'new');
    await clock.advance(999);
    runs[2]?.fail(new Boom('down'));
    await clock.advance(1);
    expect(await call('a')).toBe('new');
    expect(runs).toHaveLength(4);
  });

  it('that cacheIf does not accept drops the one that was kept', async () => {
    const store = make();
    const { call, clock, upstream } = stored({ ttl: 10, cacheIf: (value) => value !== 2 }, store);
    await call('a');
    await clock.advance(10);
    expect([await call('a'), upstream.runs]).toEqual([2, 2]);
    await settle();
    expect(store.entries.size).toBe(0);
  });
});

describe('reads of one key at the same time', () => {
  it('are one, and each is answered', async () => {
    const store = new HeldStore();
    const { call, keep, cache } = heldUpstream({ ttl: 100 }, store);
    await keep('a', 'kept');
    const before = store.count('get');
    store.holds.add('get');
    const calls = [call('a'), call('a'), call('a')].map(watch);
    await settle();
    expect(store.count('get')).toBe(before + 1);
    store.waiting[0]?.go();
    await settle();
    expect(calls.map(({ value }) => value)).toEqual(['kept', 'kept', 'kept']);
    expect(cache().stats.hits).toBe(3);
  });

  it('that find nothing become one load', async () => {
    const { call, runs, cache } = heldUpstream({ ttl: 100 });
    const calls = Array.from({ length: 50 }, () => watch(call('a')));
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.land('value');
    await settle();
    expect(new Set(calls.map(({ value }) => value))).toEqual(new Set(['value']));
    expect(cache().stats).toMatchObject({ misses: 50, loads: 1, coalesced: 49, stored: 1 });
  });

  it('of another key are another', async () => {
    const store = new HeldStore();
    const { call } = heldUpstream({ ttl: 100 }, store);
    for (const key of ['a', 'b']) watch(call(key));
    expect(store.count('get')).toBe(2);
  });

  it('begin anew once the one before is over, however it ended', async () => {
    const store = new HeldStore();
    const { call } = stored({ ttl: 100 }, store);
    store.fails(new Boom('no'), 'get');
    await call('a');
    store.works();
    await settle();
    expect(await call('a')).toBe(1);
    expect(store.count('get')).toBe(2);
  });
});

describe('a write that is under way', () => {
  it('is seen by those who ask meanwhile, who do not wait for it', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { call, keep, runs } = heldUpstream({ ttl: 100 }, store);
    await keep('a', 'value');
    const reads = store.count('get');
    expect([await call('a'), runs.length, store.count('get')]).toEqual(['value', 1, reads]);
    expect(store.entries.size).toBe(0);
    store.waiting[0]?.go();
    await settle();
    expect([await call('a'), store.count('get')]).toEqual(['value', reads + 1]);
  });

  it('is of use only as long as its value', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { call, keep, clock, runs } = heldUpstream({ ttl: 10, storeTimeout: '1h' }, store);
    await keep('a', 'value');
    await clock.advance(10);
    watch(call('a'));
    await settle();
    expect(runs).toHaveLength(2);
  });

  it('of one key comes after the one before it, and one that was overtaken is left out', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { cache } = heldUpstream({ ttl: 100 }, store);
    const writes: ReturnType<typeof watch>[] = [];
    for (const value of ['one', 'two', 'three']) {
      writes.push(watch(cache().set('a', value) as Promise<void>));
      await settle();
    }
    expect(store.count('set')).toBe(1);
    expect(await cache().get('a')).toBe('three');
    store.waiting[0]?.go();
    await settle();
    expect(store.count('set')).toBe(2);
    expect(store.entries.get(form('a'))?.value).toBe('one');
    store.waiting[1]?.go();
    await settle();
    expect(store.entries.get(form('a'))?.value).toBe('three');
    expect(writes.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved']);
  });

  it('does not hold up the writes of other keys', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { cache } = heldUpstream({ ttl: 100 }, store);
    for (const key of ['a', 'b']) watch(cache().set(key, key) as Promise<void>);
    await settle();
    expect(store.count('set')).toBe(2);
  });

  it('is followed by the delete that came after it', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { cache } = heldUpstream({ ttl: 100 }, store);
    const written = watch(cache().set('a', 1) as Promise<void>);
    await settle();
    const dropped = watch(cache().delete('a') as Promise<boolean>);
    await settle();
    expect(store.count('delete')).toBe(0);
    store.waiting[0]?.go();
    await settle();
    expect([written.state, dropped.value, store.entries.size]).toEqual(['resolved', true, 0]);
  });

  it('wins over a read that began before it and comes back after it', async () => {
    const store = new HeldStore();
    const { call, keep, cache, runs } = heldUpstream({ ttl: 100 }, store);
    await keep('a', 'old');
    store.holds.add('get').add('set');
    const before = watch(call('a'));
    watch(cache().set('a', 'new') as Promise<void>);
    const after = watch(call('a'));
    await settle();
    store.waiting.find(({ operation }) => operation === 'get')?.go();
    await settle();
    expect([before.value, after.value, runs.length]).toEqual(['new', 'new', 1]);
  });

  it('that is over is not joined by its reads of before', async () => {
    const store = new HeldStore();
    const { call, keep, cache } = heldUpstream({ ttl: 100 }, store);
    await keep('a', 'old');
    store.holds.add('get');
    const old = store.entries.get(form('a'));
    watch(call('a'));
    await cache().set('a', 'new');
    const after = watch(call('a'));
    await settle();
    expect(store.waiting).toHaveLength(2);
    store.waiting[0]?.answer(old);
    store.waiting[1]?.go();
    await settle();
    expect(after.value).toBe('new');
  });
});
