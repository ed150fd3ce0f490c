import { type CacheEntry, memoryStore, tiered } from 'holdfast/stores';
import { chaosStore, ManualClock, settle, watch } from 'holdfast/testing';
import { describe, expect, it, vi } from 'vitest';
import { HeldStore } from './held-store.js';
import { call, entryAt, tiers } from './tiers.js';

// A slow store that never answered was asked again by every read of what the fast one had, each of which waited slowTimeout for it.
describe('a slow store that does not answer reads', () => {
  /** The fast store has an entry that has answered for fastFor; the slow one is silent. */
  async function silent(options: Parameters<typeof tiers>[0] = {}, fields: Partial<CacheEntry> = {}) {
    const world = tiers(options);
    await world.set(world.entry('kept', fields));
    world.clock.skip(5000);
    world.slow.holds = true;
    return world;
  }

  it('costs one read the wait, and then none for another fastFor, while the entry is fresh', async () => {
    const { get, clock, slow } = await silent({}, { freshUntil: Number.POSITIVE_INFINITY });
    const reading = watch(get() as Promise<unknown>);
    await clock.advance(25);
    expect(reading.value).toMatchObject({ value: 'kept' });
    expect(get()).toMatchObject({ value: 'kept' });
    await clock.advance(4990);
    expect([get(), slow.held.length]).toMatchObject([{ value: 'kept' }, 1]);
  });

  it('is asked once at a time for a key, and those who ask meanwhile do not wait', async () => {
    const { get, clock, slow, troubles } = await silent({ fastFor: 0 });
    const reading = watch(get() as Promise<unknown>);
    await clock.advance(25);
    for (let time = 0; time < 10; time++) {
      const next = watch(get() as Promise<unknown>);
      await settle();
      expect(next.value).toMatchObject({ value: 'kept' });
    }
    expect([reading.state, slow.held.length, troubles.length]).toEqual(['resolved', 1, 1]);
    slow.release();
    await settle();
    watch(get() as Promise<unknown>);
    await settle();
    expect(slow.held).toHaveLength(1);
  });

  it('is not waited for any more after a second: the read is called off, and the next one asks anew', async () => {
    const { get, clock, slow } = await silent({ fastFor: 0 });
    watch(get() as Promise<unknown>);
    await clock.advance(1000);
    expect(slow.held[0]?.signal.aborted).toBe(false);
    await clock.advance(25);
    expect(slow.held[0]?.signal.aborted).toBe(true);
    const next = watch(get() as Promise<unknown>);
    await settle();
    expect([next.state, slow.held.length, clock.pending]).toEqual(['pending', 2, 1]);
    slow.inner.set('key', entryAt(clock.wallNow(), 'newer'));
    slow.held[1]?.act();
    slow.held[1]?.answer();
    await settle();
    expect([next.value, clock.pending]).toMatchObject([{ value: 'newer' }, 0]);
  });

  it('and is called off says nothing any more that counts', async () => {
    const { get, clock, slow, troubles, set, entry } = await silent({ fastFor: '1h' }, { freshUntil: 0 });
    watch(get() as Promise<unknown>);
    await clock.advance(1025);
    slow.holds = false;
    slow.held[0]?.act();
    await set(entry('newer'));
    slow.held[0]?.answer();
    await settle();
    expect(get()).toMatchObject({ value: 'newer' });
    expect(troubles).toHaveLength(1);
  });

  it('and answers after it was called off leaves the next read as it is', async () => {
    const { get, clock, slow } = await silent({ fastFor: 0 }, { freshUntil: 0 });
    watch(get() as Promise<unknown>);
    await clock.advance(1025);
    watch(get() as Promise<unknown>);
    await clock.advance(25);
    slow.held[0]?.answer();
    await settle();
    expect([watch(get() as Promise<unknown>).state, slow.held.length]).toEqual(['pending', 1]);
    await settle();
    expect(slow.held).toHaveLength(1);
  });

  it('is no trouble when all have left before slowTimeout', async () => {
    const { store, clock, slow, troubles } = await silent();
    const controller = new AbortController();
    const reading = watch(store.get('key', { signal: controller.signal }) as Promise<unknown>);
    await settle();
    controller.abort();
    await clock.advance(2000);
    expect([reading.state, slow.held.length, troubles, clock.pending]).toEqual(['rejected', 1, [], 0]);
  });

  it('does not bring back by its silence what was dropped meanwhile', async () => {
    const { get, delete: drop, clock, slow, fast } = await silent();
    const reading = watch(get() as Promise<unknown>);
    await settle();
    const dropping = drop();
    const dropped = slow.held.find(({ operation }) => operation === 'delete');
    dropped?.act();
    dropped?.answer();
    await dropping;
    await clock.advance(2000);
    expect([reading.state, fast.size]).toEqual(['resolved', 0]);
  });
});

// A write that the slow store never answered kept the fast one from its key, or from everything, for ever, and close() from ending.
describe('a slow store that does not answer writes', () => {
  const writes = {
    set: (store, key, signal) =>
      store.set(key, entryAt(0, 'new', { freshUntil: Number.POSITIVE_INFINITY }), { signal }),
    delete: (store, key, signal) => store.delete(key, { signal }),
    deleteByTag: (store, _key, signal) => store.deleteByTag('tag', { prefix: '', signal }),
    clear: (store, _key, signal) => store.clear({ prefix: '', signal }),
  } satisfies Record<string, (store: ReturnType<typeof tiered>, key: string, signal: AbortSignal) => unknown>;

  it.each(Object.entries(writes))('has failed, as to %s, a second after nobody waits any more', async (_, write) => {
    const { store, slow, clock, set, entry, get, fast } = tiers();
    await set(entry('old'));
    slow.holds = true;
    const controller = new AbortController();
    const gone = new Error('nobody waits');
    const writing = watch(write(store, 'key', controller.signal) as Promise<unknown>);
    await clock.advance(60_000);
    controller.abort(gone);
    await clock.advance(999);
    expect(writing.state).toBe('pending');
    await clock.advance(1);
    expect([writing.error, fast.size]).toEqual([gone, 0]);
    slow.holds = false;
    slow.inner.set('key', entryAt(clock.wallNow(), 'there'));
    await get();
    expect(get()).toMatchObject({ value: 'there' });
    expect(clock.pending).toBe(0);
  });

  it.each(Object.entries(writes))('and answers a %s soon after that is heard', async (_, write) => {
    const { store, slow, clock } = tiers();
    slow.holds = true;
    const controller = new AbortController();
    const writing = watch(write(store, 'key', controller.signal) as Promise<unknown>);
    await settle();
    controller.abort();
    await clock.advance(500);
    slow.release();
    await settle();
    expect([writing.state, clock.pending]).toEqual(['resolved', 0]);
  });

  it('lets close() end', async () => {
    const { store, slow, clock } = tiers();
    slow.holds = true;
    const controller = new AbortController();
    const writing = watch(store.set('key', entryAt(0, 1), { signal: controller.signal }) as Promise<unknown>);
    const closing = watch(store.close?.() as Promise<unknown>);
    controller.abort();
    await clock.advance(1000);
    expect([writing.state, closing.state, clock.pending]).toEqual(['rejected', 'resolved', 0]);
  });
});

// What the slow store answered after close() was put into a fast store that was closed already, which was told as trouble.
describe('after close() of tiered()', () => {
  it('both stores are open until what has begun meanwhile is over too', async () => {
    const close = vi.fn();
    const fast = Object.assign(new HeldStore(), { close });
    fast.holds = false;
    const { store, slow, get, set, entry } = tiers({ fast });
    slow.inner.set('key', entry('there'));
    slow.holds = true;
    const begun = [get(), set(entry('new'), 'other')];
    await settle();
    const closing = store.close?.();
    fast.holds = true;
    for (const key of ['key', 'other']) {
      slow.release(key);
      await settle();
    }
    fast.release('other');
    await settle();
    expect([fast.held.map(({ key }) => key), close.mock.calls]).toEqual([['key'], []]);
    fast.release();
    await Promise.all([...begun, closing]);
    expect(close).toHaveBeenCalledOnce();
  });

  it('reads that were under way are answered, and fill nothing', async () => {
    const { store, slow, fast, get, entry, troubles } = tiers();
    slow.inner.set('key', entry('there'));
    slow.holds = true;
    const reading = watch(get() as Promise<unknown>);
    await settle();
    await store.close?.();
    slow.release();
    await settle();
    expect([reading.value, fast.size, troubles]).toMatchObject([{ value: 'there' }, 0, []]);
  });

  it('reads that were under way are answered by the fast store too, which is not filled', async () => {
    const { store, slow, fast, get, set, entry, clock } = tiers();
    await set(entry('kept'));
    clock.skip(5000);
    slow.holds = true;
    const reading = watch(get() as Promise<unknown>);
    await settle();
    await store.close?.();
    fast.clear({ prefix: '', ...call() });
    await clock.advance(25);
    expect([reading.value, fast.size]).toMatchObject([{ value: 'kept' }, 0]);
  });
});

// An entry without a value, or with tags that are no text, was passed on, and became one with the value undefined on its way.
describe('what is no entry', () => {
  const sound = entryAt(Date.UTC(2026, 0, 1), 'value');
  const { value: _, ...valueless } = sound;
  const unsound = {
    'without a value': valueless,
    'with tags that are no text': { ...sound, tags: [1] },
    'with text as tags': { ...sound, tags: 'tag' },
    'with a load time that is no number': { ...sound, loadTime: 'long' },
    'with a time that is none': { ...sound, staleUntil: Number.NaN },
    'without a version': { ...sound, version: undefined },
  };

  it.each(Object.entries(unsound))('%s, makes a read of the slow store fail', async (_, given) => {
    const { get, slow, fast } = tiers();
    slow.inner.set('key', given as never);

    await expect(get()).rejects.toThrow('no entry');
    expect(fast.size).toBe(0);
  });

  it.each(Object.entries(unsound))('%s, is trouble of a fast store that gives it', async (_, given) => {
    const { store, get, slow, fast, troubles } = tiers();
    slow.inner.set('key', sound);
    fast.set('key', given as never, call());
    const sweeping = store.deleteByTag('other', { prefix: '', ...call() });

    expect(await get()).toMatchObject({ value: 'value' });
    expect(troubles).toMatchObject([
      { store: 'fast', operation: 'get', error: { message: expect.stringContaining('no entry') } },
    ]);
    await sweeping;
  });
});

describe('tiered() over a store in chaos, in any order of what happens', () => {
  it('ends what was begun, and keeps no time', async () => {
    const clock = new ManualClock();
    const slow = chaosStore(memoryStore(), { clock, chaos: { hang: true, rate: 0.3 } });
    const store = tiered(memoryStore(), slow, { clock, onError: () => {} });
    const begun: ReturnType<typeof watch>[] = [];
    for (let step = 0; step < 300; step++) {
      const controller = new AbortController();
      const { signal } = controller;
      clock.later(50, () => controller.abort());
      const key = `k${step % 5}`;
      const entry = entryAt(clock.wallNow(), step, { freshUntil: clock.wallNow() + 100 });
      const acts = [
        () => store.get(key, { signal }),
        () => store.set(key, entry, { signal }),
        () => store.delete(key, { signal }),
        () => store.deleteByTag('tag', { prefix: 'k1', signal }),
      ];
      const act = acts[(step * 7 + (step >> 3)) % 4] as () => unknown;
      if (step % 4 > 0) begun.push(watch((async () => act())()));
      else begun.push(watch((async () => store.get(key, { signal }))()));
      await clock.advance(10);
    }
    slow.chaos = [];
    await clock.advance(2000);
    expect(slow.counts.hung).toBeGreaterThan(20);
    expect(begun.filter(({ state }) => state === 'pending').length).toBeLessThanOrEqual(slow.counts.hung);
    expect(clock.pending).toBe(0);
    for (const key of ['k0', 'k1', 'k2']) {
      await store.set(key, entryAt(clock.wallNow(), key), call());
      expect(store.get(key, call())).toMatchObject({ value: key });
    }
    const closing = watch(store.close?.() as Promise<unknown>);
    await settle();
    expect(closing.state).toBe('resolved');
  });
});
