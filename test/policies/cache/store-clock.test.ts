import { describe, expect, it } from 'vitest';
import { Boom, settle } from '../../../src/testing/index.js';
import { entryOf, HeldStore } from './held-store.js';
import { form, stored } from './stored.js';

const hour = 3_600_000;

describe('the age of what a store keeps', () => {
  it('is told by the wall clock, and goes on while no process is there', async () => {
    const store = new HeldStore();
    const before = stored({ ttl: '1h', staleFor: '1h' }, store);
    await before.call('a');
    await settle();
    const kept = store.entries.get(form('a'))!;
    for (const [later, counter] of [
      [hour - 1, 'hits'],
      [hour, 'stale'],
      [2 * hour, 'misses'],
    ] as const) {
      store.entries.set(form('a'), kept);
      const { call, clock, cache } = stored({ ttl: '1h', staleFor: '1h' }, store);
      clock.adjustWall(later);
      await call('a');
      expect([later, cache().stats[counter]]).toEqual([later, 1]);
      await settle();
    }
  });

  it('is what the entry says, whatever the options are by now', async () => {
    const store = new HeldStore();
    await stored({ ttl: '1h' }, store).call('a');
    await settle();
    const { call, clock, upstream } = stored({ ttl: '1m' }, store);
    clock.adjustWall(hour - 1);
    expect([await call('a'), upstream.runs]).toEqual([1, 0]);
  });

  it('jumps with a wall clock that is set forth: what that makes too old is loaded anew', async () => {
    const { call, clock } = stored({ ttl: '30m' });
    await call('a');
    await settle();
    clock.adjustWall(hour);
    expect(await call('a')).toBe(2);
    await settle();
    expect(await call('a')).toBe(2);
  });

  it('is not measured on the wall clock in memory', async () => {
    const store = new HeldStore();
    const { runtime, clock } = stored({ ttl: '1h' }, store);
    const memory = runtime.caches.register('memory', { ttl: '30m' });
    memory.set('a', 1);
    for (const by of [hour, -2 * hour]) {
      clock.adjustWall(by);
      expect(memory.get('a')).toBe(1);
    }
    await clock.advance(hour / 2);
    expect(memory.get('a')).toBeUndefined();
  });
});

describe('an entry from the future', () => {
  it('is one from more than 10 s ahead: clocks that share a store differ by less', async () => {
    for (const [ahead, expected] of [
      [10_000, 'kept'],
      [10_001, 1],
    ] as const) {
      const { call, store, clock } = stored({ ttl: '1h' });
      store.entries.set(form('a'), entryOf('kept', clock.wallNow() + ahead));
      expect(await call('a')).toBe(expected);
    }
  });

  it('is given only when loading failed, and replaced by what is loaded', async () => {
    const { call, store, clock, upstream, cache } = stored({ ttl: '1h', staleFor: '1h' });
    store.entries.set(form('a'), entryOf('kept', clock.wallNow() + hour));
    upstream.down = new Boom('down');
    expect(await call('a')).toBe('kept');
    expect(cache().stats).toMatchObject({ staleIfError: 1, refreshes: 0, loads: 1 });
    expect(await cache().get('a')).toBeUndefined();
    upstream.down = undefined;
    expect(await call('a')).toBe(2);
    await settle();
    expect([await call('a'), store.entries.get(form('a'))?.createdAt]).toEqual([2, clock.wallNow()]);
  });

  it('is what a wall clock that was set back leaves: it is loaded anew, and then kept again', async () => {
    const { call, clock, upstream } = stored({ ttl: '10h' });
    await call('a');
    await settle();
    clock.adjustWall(-hour);
    expect(await call('a')).toBe(2);
    await settle();
    expect([await call('a'), upstream.runs]).toEqual([2, 2]);
  });

  it('does not make void what others keep after it was cleared', async () => {
    const { call, store, clock, cache, upstream } = stored({ ttl: '1h' });
    store.entries.set(form('a'), entryOf('kept', clock.wallNow() + hour));
    upstream.down = new Boom('down');
    expect(await call('a')).toBe('kept');
    await cache().clear();
    await clock.advance(1);
    store.entries.set(form('b'), entryOf('of another process', clock.wallNow()));
    expect(await call('b')).toBe('of another process');
  });
});

describe('what was seen and then invalidated', () => {
  it('is not given again, though the clock of the process that made it goes ahead', async () => {
    const { call, store, clock, cache, upstream } = stored({ ttl: '1h', storeRetry: false });
    store.entries.set(form('a'), entryOf('kept', clock.wallNow() + 5000, { tags: ['t'] }));
    expect(await call('a')).toBe('kept');
    store.fails(new Boom('no'), 'delete', 'deleteByTag', 'clear');
    await expect(cache().invalidate('t')).rejects.toThrow('no');
    expect([await call('a'), upstream.runs]).toEqual([1, 1]);
    await settle();
    expect([await call('a'), upstream.runs]).toEqual([1, 1]);
  });
});
