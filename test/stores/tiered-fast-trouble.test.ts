import { type CacheStore, memoryStore, tiered } from 'holdfast/stores';
import { type ChaosStore, chaosStore, ManualClock, settle, watch } from 'holdfast/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HeldStore } from './held-store.js';
import { call, entryAt, tiers } from './tiers.js';

const down = new Error('down');

afterEach(() => vi.restoreAllMocks());

function chaotic() {
  const joined = tiers<ChaosStore>({ fast: chaosStore(memoryStore()) });
  return { ...joined, emptied: () => joined.fast.counts.clear };
}

describe('trouble of the fast store of tiered()', () => {
  it.each(['before', 'sync'] as const)('makes no read fail, and is told (%s)', async (fails) => {
    const { get, set, entry, fast, troubles } = chaotic();
    await set(entry('kept'));
    fast.chaos = { fault: down, fails, operations: ['get'] };

    expect(await get()).toMatchObject({ value: 'kept' });
    expect(troubles).toEqual([{ store: 'fast', operation: 'get', error: down }]);
    fast.chaos = [];
    expect(get()).toMatchObject({ value: 'kept' });
  });

  it.each(['malformed', 'otherVersion'] as const)('is nothing that a read fails for when it lies (%s)', async (lie) => {
    const { get, set, entry, fast } = chaotic();
    await set(entry('kept'));
    fast.chaos = { lie, operations: ['get'] };

    for (let round = 0; round < 30; round++) expect(await get()).toMatchObject({ value: 'kept', version: '1' });
  });

  it.each(['before', 'after', 'sync'] as const)(
    'makes no set fail, and the fast store then has no entry (%s)',
    async (fails) => {
      const { get, set, entry, fast, troubles, slow } = chaotic();
      await set(entry('old'));
      fast.chaos = { fault: down, fails, operations: ['set'], times: 1 };
      await set(entry('new'));

      expect(troubles).toEqual([{ store: 'fast', operation: 'set', error: down }]);
      expect(fast.size).toBe(0);
      expect(await get()).toMatchObject({ value: 'new' });
      expect(slow.asked.at(-1)).toBe('get key');
      expect(get()).toMatchObject({ value: 'new' });
    },
  );

  it('is also that a value is too large for it: the slow store has it, and nothing older is given', async () => {
    const fast = memoryStore({ maxBytes: 1000 });
    const { get, set, entry, troubles } = tiers({ fast: fast as CacheStore });
    await set(entry('old'));
    await set(entry('x'.repeat(2000)));

    expect(troubles).toMatchObject([{ store: 'fast', operation: 'set', error: { name: 'RangeError' } }]);
    expect(await get()).toMatchObject({ value: 'x'.repeat(2000) });
  });

  it('is told no more than it happens when an abort is all that happened', async () => {
    const fast = chaosStore(memoryStore());
    const { store, slow, entry, troubles, clock } = tiers({ fast });
    slow.inner.set('key', entry('kept'));
    const gone = new AbortController();
    fast.chaos = { fault: down, operations: ['get'], latency: 1 };
    const realClock = vi.spyOn(fast, 'get').mockImplementation(async () => {
      await settle();
      gone.abort();
      throw down;
    });
    const reading = store.get('key', { signal: gone.signal });
    await clock.advance(10);

    expect(await reading).toMatchObject({ value: 'kept' });
    expect(realClock).toHaveBeenCalledOnce();
    expect(troubles).toEqual([]);
  });
});

// A fast store that did not answer kept every read from the slow one, for ever.
describe('a fast store of tiered() that does not answer a read', () => {
  it('is waited for as long as a slow one would be, and then the slow one is asked', async () => {
    const fast = new HeldStore();
    const { get, slow, entry, clock, troubles } = tiers({ fast, slowTimeout: '30ms' });
    slow.inner.set('key', entry('there'));
    const reading = watch(get() as Promise<unknown>);
    await clock.advance(29);
    expect([reading.state, slow.asked]).toEqual(['pending', []]);
    await clock.advance(1);
    expect(reading.value).toMatchObject({ value: 'there' });
    expect(troubles).toMatchObject([{ store: 'fast', operation: 'get' }]);
  });

  it('and answers in time keeps no time', async () => {
    const fast = new HeldStore();
    const { get, set, entry, clock } = tiers({ fast });
    fast.holds = false;
    await set(entry('kept'));
    expect(await get()).toMatchObject({ value: 'kept' });
    expect(clock.pending).toBe(0);
  });
});

describe('a fast store of tiered() that cannot drop what it must', () => {
  const drops = {
    delete: ['delete', (joined: ReturnType<typeof chaotic>) => joined.delete()],
    deleteByTag: ['deleteByTag', (joined: ReturnType<typeof chaotic>) => joined.deleteByTag()],
    clear: ['clear', (joined: ReturnType<typeof chaotic>) => joined.clear('k')],
    set: ['delete', (joined: ReturnType<typeof chaotic>) => joined.set(joined.entry('x'))],
  } as const;

  it.each(Object.entries(drops))(
    'is not believed after a %s until it could be emptied',
    async (operation, [fault, act]) => {
      const joined = chaotic();
      const { get, set, entry, fast, troubles, clock, slow } = joined;
      await set(entry('old'));
      await set(entry('other', { tags: [] }), 'other');
      fast.chaos = { fault: down, operations: ['set', 'delete', 'deleteByTag', 'clear'] };
      await act(joined);
      expect(troubles.at(-1)).toEqual({ store: 'fast', operation: fault, error: down });

      const expected = operation === 'set' ? 'x' : undefined;
      expect((await get())?.value).toBe(expected);
      expect(await get('other')).toMatchObject({ value: 'other' });
      const attempts = joined.emptied();
      await get();
      await clock.advance(999);
      await get();
      expect(joined.emptied(), 'it was tried again too soon').toBe(attempts);
      await clock.advance(1);
      await get();
      expect(joined.emptied()).toBe(attempts + 1);

      fast.chaos = [];
      await clock.advance(1000);
      expect((await get())?.value, 'it was believed before it was empty').toBe(expected);
      await get('other');
      await settle();
      slow.asked.length = 0;
      expect(get('other')).toMatchObject({ value: 'other' });
      expect(slow.asked).toEqual([]);
    },
  );

  it('is not believed either when it does not answer', async () => {
    const fast = new HeldStore();
    const { get, set, delete: drop, entry, clock, troubles } = tiers({ fast });
    const setting = watch(set(entry('new')) as Promise<unknown>);
    await clock.advance(1999);
    expect(setting.state).toBe('pending');
    await clock.advance(1);
    expect(setting.state).toBe('resolved');
    expect(troubles).toMatchObject([
      { store: 'fast', operation: 'set', error: { message: 'the store did not answer within 1000 ms' } },
      { store: 'fast', operation: 'delete' },
    ]);
    expect(await get()).toMatchObject({ value: 'new' });
    expect(await drop()).toBe(true);
    expect([fast.asked, clock.pending]).toEqual([['set key', 'delete key', 'clear '], 0]);
  });

  it('is tried to be emptied once at a time, however long that takes', async () => {
    const fast = new HeldStore();
    fast.holds = false;
    const { get, delete: drop, set, entry, clock } = tiers({ fast });
    await set(entry('old'));
    vi.spyOn(fast, 'delete').mockRejectedValueOnce(down);
    await drop();
    fast.holds = true;
    for (let second = 0; second < 5; second++) {
      await get();
      await clock.advance(1000);
    }
    expect(fast.asked.filter((asked) => asked === 'clear ')).toHaveLength(1);
    fast.release();
    await settle();
    fast.holds = false;
    await set(entry('new'));

    expect(await get()).toMatchObject({ value: 'new' });
    expect(fast.asked.at(-1)).toBe('get key');
  });

  it('keeps nothing of what is set and read meanwhile', async () => {
    const { get, set, entry, fast, delete: drop } = chaotic();
    await set(entry('old'));
    fast.chaos = { fault: down, operations: ['delete', 'clear'] };
    await drop();
    const sets = fast.counts.set;
    await set(entry('new'));
    await get();
    await drop();

    expect(fast.counts.set).toBe(sets);
    expect(await get()).toBeUndefined();
  });
});

describe('trouble that makes no operation fail', () => {
  it('is a warning of the process, once for each store and operation, where there is no onError', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const clock = new ManualClock();
    const [fast, slow] = [chaosStore(memoryStore()), chaosStore(memoryStore())];
    const store = tiered(fast, slow, { clock });
    await store.set('key', entryAt(clock.wallNow(), 1), call());
    fast.chaos = { fault: down, operations: ['get', 'set'] };
    for (let round = 0; round < 3; round++) await store.get('key', call());
    await settle();

    expect(warnings.mock.calls.map(([text]) => String(text).split(':')[0])).toEqual([
      'The fast store of tiered() failed at get; its next failures there are not reported without onError',
      'The fast store of tiered() failed at set; its next failures there are not reported without onError',
    ]);
    expect(warnings.mock.calls[0]).toEqual([expect.stringContaining('down'), 'HoldfastWarning']);

    fast.chaos = { fault: () => 'no error', operations: ['delete'] };
    await store.delete('key', call());
    expect(warnings).toHaveBeenLastCalledWith(expect.stringContaining('at delete; '), 'HoldfastWarning');
    expect(warnings).toHaveBeenLastCalledWith(expect.stringContaining('no error'), 'HoldfastWarning');
  });

  it('is told to an onError that may throw: that breaks nothing', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const onError = vi.fn(() => {
      throw new Error('from onError');
    });
    const fast = chaosStore(memoryStore(), { chaos: { fault: down } });
    const store = tiered(fast, memoryStore(), { onError });
    await store.set('key', entryAt(Date.now(), 1), call());

    expect(await store.get('key', call())).toMatchObject({ value: 1 });
    expect(onError).toHaveBeenCalled();
    expect(warnings).toHaveBeenCalledOnce();
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining("'onError of tiered()'"), 'HoldfastWarning');
  });
});
