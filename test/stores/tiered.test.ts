import { type CacheStore, memoryStore, tiered } from 'holdfast/stores';
import { chaosStore, settle } from 'holdfast/testing';
import { describe, expect, it, vi } from 'vitest';
import { isPermanent } from '../../src/core/index.js';
import { HeldStore } from './held-store.js';
import { call, entryAt, tiers } from './tiers.js';

describe('get of tiered()', () => {
  it('is answered at once by the fast store, as long as that has a fresh entry', async () => {
    const { get, set, entry, slow, clock } = tiers({ fastFor: Number.POSITIVE_INFINITY });
    const kept = entry('kept', { loadTime: 3, version: 'a:b' });
    await set(kept);

    expect(get()).toEqual(kept);
    clock.skip(9999);
    expect(get()).toEqual(kept);
    expect(slow.asked).toEqual(['set key']);
  });

  it('may be spared the slow store: peek() gives what the fast one has, whatever its age', async () => {
    const { set, entry, slow, clock, store, fast } = tiers();
    const kept = entry('kept');
    await set(kept);
    clock.skip(60_000);

    expect(store.peek?.('key')).toStrictEqual(kept);
    expect([store.peek?.('other'), slow.asked]).toEqual([undefined, ['set key']]);
    fast.get = async () => undefined;
    expect(store.peek?.('key')).toBeUndefined();
  });

  it('is answered at once also with a finite fastFor, and every field is as it was', async () => {
    const { get, set, entry } = tiers();
    const kept = entry('kept', { loadTime: 0, version: 'placed:1:x' });
    await set(kept);

    expect(get()).toStrictEqual(kept);
    await set(entry('bare', { version: '' }));
    expect(get()).toStrictEqual(entry('bare', { version: '' }));
  });

  it('asks the slow store for what the fast one lacks, and fills that with what is left of the entry', async () => {
    const { get, slow, entry, clock } = tiers({ fastFor: '1d' });
    const kept = entry('kept');
    slow.inner.set('key', kept);
    clock.skip(4000);

    expect(await get()).toEqual(kept);
    expect(get()).toStrictEqual(kept);
    clock.skip(6000);
    expect(get()).toBeInstanceOf(Promise);
    expect(await get()).toStrictEqual(kept);
  });

  it('finds nothing where neither has something', async () => {
    const { get, slow } = tiers();

    expect(await get()).toBeUndefined();
    expect(slow.asked).toEqual(['get key']);
  });

  // The entry with the later time was given: where clocks of hosts differ, that hid for ever what another host had set.
  it.each([
    ['newer', 1],
    ['as old', 0],
    ['older, by its time', -3000],
  ])('gives what the slow store has, when the entry is not fresh any more, be that %s', async (_, newer) => {
    const { get, set, entry, slow, clock } = tiers();
    const kept = entry('fast');
    await set(kept);
    const other = entryAt(kept.createdAt + newer, 'slow');
    slow.inner.set('key', other);
    clock.skip(15_000);

    expect(await get()).toStrictEqual(other);
    expect(await get()).toStrictEqual(other);
  });

  it('finds nothing, and keeps nothing, when the slow store has lost what is not fresh any more', async () => {
    const { get, set, entry, slow, clock, fast } = tiers();
    await set(entry('kept'));
    slow.inner.delete('key');
    clock.skip(15_000);

    expect(await get()).toBeUndefined();
    await settle();
    expect(fast.size).toBe(0);
  });

  it('asks the slow store again after fastFor, and so sees what others have replaced and dropped', async () => {
    const { get, set, entry, slow, clock } = tiers({ fastFor: '2s' });
    await set(entry('ours'));
    slow.inner.set('key', entry('theirs', { createdAt: entry('').createdAt + 1 }));
    clock.skip(1999);
    expect(get()).toMatchObject({ value: 'ours' });
    clock.skip(1);
    expect(await get()).toMatchObject({ value: 'theirs' });
    expect(get()).toMatchObject({ value: 'theirs' });
    slow.inner.delete('key');
    clock.skip(2000);
    expect(await get()).toBeUndefined();
  });

  it('asks the slow store once for each fastFor', async () => {
    const { get, set, entry, slow, clock } = tiers({ fastFor: '2s' });
    await set(entry('kept'));
    for (let second = 0; second < 9; second++) {
      await get();
      await clock.advance(1000);
    }

    expect(slow.asked.filter((asked) => asked === 'get key')).toHaveLength(4);
  });

  it.each([
    ['finite', '5s'],
    ['endless', Number.POSITIVE_INFINITY],
  ] as const)(
    'does not believe the fast store alone when the wall clock was set back, with a fastFor that is %s',
    async (_, fastFor) => {
      const { get, set, entry, clock, slow } = tiers({ fastFor });
      await set(entry('kept'));
      clock.adjustWall(-3_600_000);

      expect(await get()).toMatchObject({ value: 'kept' });
      expect(slow.asked).toContain('get key');
    },
  );

  it('asks the slow store when nobody knows any more for how long the fast one has answered', async () => {
    const { get, set, entry, clock, slow } = tiers();
    await set(entry('kept', { createdAt: clock.wallNow() - 60_000 }));
    clock.adjustWall(-30_000);

    expect(await get()).toMatchObject({ value: 'kept' });
    expect(slow.asked).toContain('get key');
  });

  it('reads what an earlier run with another fastFor has left in a fast store that survives', async () => {
    const fast = memoryStore();
    const first = tiers({ fast });
    await first.set(first.entry('marked', { version: 'v' }));
    const endless = tiers({ fast, fastFor: Number.POSITIVE_INFINITY });
    expect(endless.get()).toMatchObject({ value: 'marked', version: 'v' });

    fast.set('key', first.entry('bare'));
    expect(endless.get()).toMatchObject({ value: 'bare' });
    const finite = tiers({ fast });
    finite.slow.inner.set('key', first.entry('true', { createdAt: first.clock.wallNow() + 1 }));
    expect(await finite.get()).toMatchObject({ value: 'true' });
  });

  it('does not fill the fast store with what is over', async () => {
    const { get, entry, slow, clock, fast } = tiers();
    slow.inner.set('key', entry('over'));
    clock.skip(30_000);

    expect(await get()).toMatchObject({ value: 'over' });
    await settle();
    expect(fast.size).toBe(0);
  });

  it('asks once for all that read a key at the same time, and anew for the next', async () => {
    const { get, slow, entry, clock } = tiers({ fastFor: 0 });
    slow.inner.set('key', entry('kept'));
    slow.inner.set('other', entry('other'));
    slow.holds = true;
    const reads = Array.from({ length: 100 }, () => get());
    const other = get('other');
    await settle();
    expect(slow.asked).toEqual(['get key', 'get other']);
    slow.release();

    expect(await Promise.all(reads)).toEqual(reads.map(() => entry('kept')));
    expect(await other).toMatchObject({ value: 'other' });
    await clock.advance(1);
    slow.holds = false;
    await get();
    expect(slow.asked).toHaveLength(3);
  });

  it('passes on that nobody waits any more, once all have left, and asks anew for the next', async () => {
    const { store, get, slow, entry, fast } = tiers();
    slow.inner.set('key', entry('kept'));
    slow.holds = true;
    const [first, second] = [new AbortController(), new AbortController()];
    const reads = [first, second].map(({ signal }) => Promise.resolve(store.get('key', { signal })));
    await settle();
    const [asked] = slow.held;
    first.abort();
    expect(asked?.signal.aborted).toBe(false);
    const reason = new Error('gone');
    second.abort(reason);
    expect(asked?.signal.reason).toBe(reason);

    const next = get();
    await settle();
    expect(slow.asked).toHaveLength(2);
    asked?.act();
    asked?.answer();
    await Promise.all(reads);
    await settle();
    expect(fast.size, 'what nobody waited for was kept').toBe(0);
    slow.release();
    expect(await next).toMatchObject({ value: 'kept' });
  });

  // A signal for each get made what the fast store answers at once take ten times as long.
  it('looks at no signal where the fast store answers at once', async () => {
    const { store, set, entry } = tiers();
    await set(entry('kept'));
    const look = vi.fn(() => new AbortController().signal);
    const asked = {
      get signal() {
        return look();
      },
    };

    expect([store.get('key', asked), look.mock.calls]).toMatchObject([{ value: 'kept' }, []]);
  });

  it('is refused before it begins when nobody waits for it', () => {
    const { store, slow } = tiers();
    const reason = new Error('gone');

    expect(() => store.get('key', { signal: AbortSignal.abort(reason) })).toThrow(reason);
    expect(slow.asked).toEqual([]);
  });
});

describe('the writes of tiered()', () => {
  it('resolve when the slow store has answered, and not before', async () => {
    const { set, delete: drop, deleteByTag, clear, entry, slow } = tiers();
    slow.holds = true;
    for (const write of [() => set(entry(1)), () => drop(), () => deleteByTag(), () => clear()]) {
      let settled = false;
      const writing = Promise.resolve(write()).then(() => (settled = true));
      await settle();
      expect(settled).toBe(false);
      slow.release();
      expect(await writing).toBe(true);
    }
  });

  it.each([
    ['both', true, true, true],
    ['the slow one alone', false, true, true],
    ['the fast one alone', true, false, true],
    ['neither', false, false, false],
  ])('tell by delete that there was an entry in %s', async (_, inFast, inSlow, expected) => {
    const { delete: drop, entry, slow, fast } = tiers();
    if (inFast) fast.set('key', entry(1), call());
    if (inSlow) slow.inner.set('key', entry(1));

    expect(await drop()).toBe(expected);
  });

  it('pass on the signal to the slow store', async () => {
    const { store, slow, entry } = tiers();
    slow.holds = true;
    const { signal } = new AbortController();
    const sweep = { prefix: '', signal };
    const writes = [store.set('a', entry(1), sweep), store.delete('b', sweep), store.clear(sweep)];
    await settle();

    expect(slow.held.map((held) => held.signal === signal)).toEqual([true, true, true]);
    slow.release();
    await Promise.all(writes);
  });

  it('do nothing at all when nobody waits for them as they begin', async () => {
    const { store, slow, fast, set, entry } = tiers();
    await set(entry(1));
    const call = { prefix: '', signal: AbortSignal.abort(new Error('gone')) };

    await expect(store.set('key', entry(2), call)).rejects.toThrow('gone');
    await expect(store.delete('key', call)).rejects.toThrow('gone');
    await expect(store.clear(call)).rejects.toThrow('gone');
    await expect(store.deleteByTag('tag', call)).rejects.toThrow('gone');
    expect(slow.asked).toEqual(['set key']);
    expect(fast.size).toBe(1);
  });

  it.each(['before', 'after', 'sync'] as const)(
    'reject as the slow store does, and leave nothing in the fast one (%s)',
    async (fails) => {
      const down = new Error('down');
      const inner = memoryStore();
      const slow = chaosStore(inner);
      const fast = memoryStore();
      const store = tiered(fast, slow);
      const [old, next] = [entryAt(Date.now(), 'old'), entryAt(Date.now(), 'next', { tags: ['other'] })];
      const writes = {
        set: () => store.set('key', next, call()),
        delete: () => store.delete('key', call()),
        deleteByTag: () => store.deleteByTag('tag', { prefix: 'k', ...call() }),
        clear: () => store.clear({ prefix: 'k', ...call() }),
      };
      for (const [operation, write] of Object.entries(writes)) {
        slow.chaos = [];
        await store.set('key', old, call());
        await store.set('a', old, call());
        expect(fast.size).toBe(2);
        slow.chaos = { fault: down, fails };
        await expect(write(), operation).rejects.toBe(down);
        expect(fast.get('key'), operation).toBeUndefined();
        expect(fast.get('a'), operation).toBeDefined();
      }
      slow.chaos = [];
      expect(await store.get('key', call())).toEqual(inner.get('key'));
    },
  );
});

describe('close of tiered()', () => {
  it('waits for what is under way, closes both stores, and refuses what comes later', async () => {
    const closed: string[] = [];
    const fast = Object.assign(memoryStore(), { close: () => void closed.push('fast') });
    const { store, set, slow, entry, get, delete: drop } = tiers({ fast });
    Object.assign(slow, { close: () => void closed.push('slow') });
    slow.holds = true;
    const setting = set(entry(1));
    const closing = [store.close?.(), store.close?.()];
    await settle();
    expect(closed).toEqual([]);
    expect(() => get()).toThrow('the store memory+held is closed');
    await expect(drop()).rejects.toThrow('is closed');
    slow.release();
    await Promise.all([setting, ...closing]);

    expect(closed).toEqual(['fast', 'slow']);
  });

  it('closes each store also when the other fails, and tells', async () => {
    const failing = (fault: string): CacheStore =>
      Object.assign(memoryStore(), {
        close: () => {
          closed.push(fault);
          throw new Error(fault);
        },
      });
    const closed: string[] = [];

    await expect(tiered(failing('fast'), memoryStore()).close?.()).rejects.toThrow(/^fast$/);
    const both = Promise.resolve(tiered(failing('one'), failing('two')).close?.());
    await expect(both).rejects.toMatchObject({ errors: [{ message: 'one' }, { message: 'two' }] });
    expect(closed).toEqual(['fast', 'one', 'two']);
  });
});

describe('what tiered() says of itself', () => {
  it('is what its stores are', () => {
    const slow = new HeldStore();
    slow.inner.set('key', entryAt(0, 1));
    const store = tiered(memoryStore(), Object.assign(slow, { size: 7, bytes: 70 }));

    expect(store).toMatchObject({ label: 'memory+held', size: 7, bytes: 70, volatile: false });
    const unnamed = { ...memoryStore(), get() {}, set() {}, delete: () => true, deleteByTag() {}, clear() {} };
    expect(tiered(memoryStore(), { ...unnamed, get: () => undefined, label: undefined } as never).label).toBe(
      'memory+store',
    );
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [undefined, true, false],
  ])('is volatile only if both are: %s and %s', (fast, slow, expected) => {
    const held = (volatile?: boolean) => Object.assign(new HeldStore(), volatile === undefined ? {} : { volatile });

    expect(tiered(held(fast), held(slow)).volatile).toBe(expected);
  });

  it.each([
    [
      'a store that is none',
      () => tiered({} as never, memoryStore()),
      'fast must be a CacheStore: it has no get, set, delete, deleteByTag, clear',
    ],
    ['no store', () => tiered(memoryStore(), undefined as never), 'slow must be a CacheStore'],
    [
      'half a store',
      () => tiered(memoryStore(), { get() {}, set() {}, delete() {} } as never),
      'it has no deleteByTag, clear',
    ],
    [
      'twice the same store',
      () => {
        const one = memoryStore();
        return tiered(one, one);
      },
      'slow must be another store than fast',
    ],
    [
      'a bad fastFor',
      () => tiered(memoryStore(), memoryStore(), { fastFor: '5' as never }),
      'tiered(): fastFor must be a duration',
    ],
    [
      'a bad slowTimeout',
      () => tiered(memoryStore(), memoryStore(), { slowTimeout: -1 }),
      'tiered(): slowTimeout must be a duration',
    ],
    [
      'a bad onError',
      () => tiered(memoryStore(), memoryStore(), { onError: 1 as never }),
      'tiered(): onError must be a function',
    ],
    [
      'a bad clock',
      () => tiered(memoryStore(), memoryStore(), { clock: Date as never }),
      'tiered(): clock must be a Clock',
    ],
    [
      'an unknown option',
      () => tiered(memoryStore(), memoryStore(), { ttl: 1 } as never),
      'tiered(): ttl is no option',
    ],
  ])('is refused for %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('trouble of the slow store', () => {
  it('makes a read fail with its error where the fast one has nothing', async () => {
    const { get, slow, troubles } = tiers();
    const down = new Error('down');
    slow.holds = true;
    const reading = get();
    await settle();
    slow.held[0]?.fail(down);

    await expect(reading).rejects.toBe(down);
    expect(troubles).toEqual([]);
  });

  it('is told, and the fast one answers, as long as its entry is of any use', async () => {
    const { clock, slow, set, entry, troubles, get } = tiers();
    await set(entry('kept'));
    const down = new Error('down');
    const failing = vi.spyOn(slow, 'get').mockRejectedValue(down);
    clock.skip(29_999);

    expect(await get()).toMatchObject({ value: 'kept' });
    expect(troubles).toEqual([{ store: 'slow', operation: 'get', error: down }]);
    clock.skip(1);
    await expect(get()).rejects.toBe(down);
    failing.mockImplementation(() => {
      throw down;
    });
    await expect(get()).rejects.toBe(down);
  });

  it('lets the fast one answer for another fastFor, as long as its entry is fresh', async () => {
    const { clock, slow, set, entry, get } = tiers({ fastFor: '2s' });
    await set(entry('kept'));
    const failing = vi.spyOn(slow, 'get').mockRejectedValue(new Error('down'));
    for (let second = 0; second < 9; second++) {
      expect(await get()).toMatchObject({ value: 'kept' });
      await clock.advance(1000);
    }

    expect(failing).toHaveBeenCalledTimes(4);
  });

  it.each(['text', 5, {}, { value: 1, createdAt: 'now' }])(
    'is also that it gives something that is no entry: %j',
    async (given) => {
      const { get, set, entry, slow, clock, troubles, fast } = tiers();
      vi.spyOn(slow, 'get').mockResolvedValue(given as never);
      const fault: unknown = await Promise.resolve(get()).catch((error) => error);
      expect(fault).toMatchObject({ message: 'the slow store gave something that is no entry' });
      expect(isPermanent(fault)).toBe(true);
      await settle();
      expect(fast.size).toBe(0);

      await set(entry('kept'));
      clock.skip(6000);
      expect(await get()).toMatchObject({ value: 'kept' });
      expect(troubles).toMatchObject([{ store: 'slow', operation: 'get' }]);
    },
  );

  it('is no trouble when it gives null for nothing', async () => {
    const { get, slow } = tiers();
    vi.spyOn(slow, 'get').mockResolvedValue(null as never);

    expect(await get()).toBeUndefined();
  });

  it('is none that a read was called off, since nobody waits for it', async () => {
    const { store, slow, set, entry, clock, troubles } = tiers();
    await set(entry('kept'));
    clock.skip(6000);
    slow.holds = true;
    const gone = new AbortController();
    const reading = store.get('key', { signal: gone.signal });
    await settle();
    gone.abort(new Error('gone'));
    slow.held[0]?.fail(slow.held[0].signal.reason);
    await reading;

    expect(troubles).toEqual([]);
  });

  it('is waited for no longer than slowTimeout where the fast one has something, and what it says later counts', async () => {
    const { get, set, entry, slow, clock, troubles } = tiers({ slowTimeout: '30ms' });
    await set(entry('kept'));
    slow.inner.set('key', entry('newer', { createdAt: entry('').createdAt + 1 }));
    clock.skip(6000);
    slow.holds = true;
    const reading = get();
    await clock.advance(29);
    expect(troubles).toEqual([]);
    await clock.advance(1);

    expect(await reading).toMatchObject({ value: 'kept' });
    expect(troubles).toMatchObject([
      { store: 'slow', error: { message: 'the slow store did not answer within 30 ms' } },
    ]);
    slow.release();
    await settle();
    expect(get()).toMatchObject({ value: 'newer' });
    expect(clock.pending).toBe(0);
  });

  it('is waited for as long as it takes where the fast one has nothing of use, or slowTimeout is endless', async () => {
    const patient = tiers({ slowTimeout: Number.POSITIVE_INFINITY });
    await patient.set(patient.entry('kept'));
    patient.clock.skip(6000);
    const late = tiers();
    await late.set(late.entry('over'));
    late.clock.skip(30_000);
    for (const { get, slow, clock, entry, troubles } of [tiers(), patient, late]) {
      slow.inner.set('key', entry('slow'));
      slow.holds = true;
      const reading = get();
      await clock.advance(3_600_000);
      slow.release();
      expect(await reading).toMatchObject({ value: 'slow' });
      expect(troubles).toEqual([]);
    }
  });
});
