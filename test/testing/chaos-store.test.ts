import { type CacheEntry, type CacheStore, memoryStore } from 'holdfast/stores';
import { chaosStore, ManualClock, type StoreChaos, type StoreOperation, settle } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { DiskStore } from './disk-store.js';

const call = { prefix: '', signal: new AbortController().signal };
const down = new Error('down');

function entry(value: unknown, fields: Partial<CacheEntry> = {}): CacheEntry {
  return { value, createdAt: 1, freshUntil: 2, staleUntil: 3, errorUntil: 4, tags: ['tag'], version: 'v', ...fields };
}

const operations: Record<StoreOperation, (store: CacheStore) => unknown> = {
  get: (store) => store.get('key', call),
  set: (store) => store.set('key', entry('new'), call),
  delete: (store) => store.delete('key', call),
  deleteByTag: (store) => store.deleteByTag('tag', call),
  clear: (store) => store.clear(call),
  close: (store) => store.close?.(),
};
const rows = Object.entries(operations) as [StoreOperation, (store: CacheStore) => unknown][];

/** A chaos store over a memory that has 'old' under 'key'. */
function subject(chaos?: StoreChaos | readonly StoreChaos[]) {
  const clock = new ManualClock();
  const inner = memoryStore();
  inner.set('key', entry('old'));
  return { clock, inner, store: chaosStore(inner, { clock, ...(chaos && { chaos }) }) };
}

/** How many of some gets fail. */
async function failuresOf(store: CacheStore, gets: number): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  for (let index = 0; index < gets; index++) {
    const [settled] = await Promise.allSettled([(async () => store.get('key', call))()]);
    outcomes.push(settled.status === 'rejected');
  }
  return outcomes;
}

describe('chaosStore()', () => {
  it('is as its store is, as long as there is no chaos, and answers at once where that does', () => {
    const { store, inner } = subject();

    expect(store.get('key', call)).toBe(inner.get('key'));
    expect(store).toMatchObject({ label: 'memory', volatile: true, size: 1, bytes: undefined });
    expect(chaosStore(Object.assign(new DiskStore(), { label: undefined }) as never)).toMatchObject({
      label: 'store',
      volatile: false,
    });
    expect(store.counts).toEqual({
      get: 1,
      set: 0,
      delete: 0,
      deleteByTag: 0,
      clear: 0,
      close: 0,
      failed: 0,
      delayed: 0,
      hung: 0,
      lied: 0,
    });
  });

  it.each(rows.filter(([name]) => name !== 'close'))(
    'fails at %s with the error that it is given, and does nothing',
    async (name, act) => {
      const { store, inner } = subject({ fault: down });
      const answer = act(store);

      expect(answer).toBeInstanceOf(Promise);
      await expect(answer).rejects.toBe(down);
      expect(inner.get('key')).toEqual(entry('old'));
      expect(store.counts).toMatchObject({ [name]: 1, failed: 1 });
    },
  );

  it('fails at close only where that is asked for', async () => {
    const { store } = subject({ fault: down });
    expect(operations.close(store)).toBeUndefined();
    store.chaos = { fault: down, operations: ['close'] };

    await expect(operations.close(store)).rejects.toBe(down);
    expect(store.get('key', call)).toEqual(entry('old'));
  });

  it('throws in place of a rejection, if it is to', () => {
    const { store } = subject({ fault: down, fails: 'sync' });

    for (const [name, act] of rows) if (name !== 'close') expect(() => act(store), name).toThrow(down);
  });

  it('fails after all was done, if it is to, also where its store throws', async () => {
    const { store, inner } = subject({ fault: down, fails: 'after' });
    await expect(operations.set(store)).rejects.toBe(down);
    expect(inner.get('key')).toEqual(entry('new'));
    await expect(operations.delete(store)).rejects.toBe(down);
    expect(inner.size).toBe(0);

    const disk = new DiskStore();
    await expect(
      chaosStore(disk, { chaos: { fault: down, fails: 'after' } }).set('key', entry('new'), call),
    ).rejects.toBe(down);
    expect(disk.size, 'it failed before all was done').toBe(1);

    const full = memoryStore({ maxBytes: 1 });
    const broken = chaosStore(full, { chaos: { fault: down, fails: 'after' } });
    await expect(broken.set('key', entry('long text'), call)).rejects.toThrow(RangeError);
  });

  it('asks a function for each error, and gives it the operation and the key', async () => {
    const { store } = subject({ fault: (operation, key) => new Error(`${operation} ${key}`) });

    await expect(store.get('key', call)).rejects.toThrow('get key');
    await expect(store.clear(call)).rejects.toThrow('clear undefined');
  });

  it('fails the next few times, and then no more, until it is told again', async () => {
    const { store } = subject({ fault: down, times: 2 });
    expect(await failuresOf(store, 4)).toEqual([true, true, false, false]);
    store.chaos = { ...store.chaos };

    expect(await failuresOf(store, 3)).toEqual([true, true, false]);
  });

  it('counts for times only what it strikes', async () => {
    const { store } = subject({ fault: down, times: 1, operations: ['delete'] });
    expect(await failuresOf(store, 3)).toEqual([false, false, false]);

    await expect(store.delete('key', call)).rejects.toBe(down);
    expect(store.delete('key', call)).toBe(true);
  });

  it('fails at a rate, alike for the same seed', async () => {
    const chaos = { fault: down, rate: 0.3 };
    const run = (seed: number) => failuresOf(chaosStore(memoryStore(), { chaos, seed }), 1000);
    const [one, again, other] = [await run(7), await run(7), await run(8)];

    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    const share = one.filter(Boolean).length / 1000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it('is slow, by its clock, and does what it was asked only then, though nobody waits any more', async () => {
    const { store, inner, clock } = subject({ latency: '1s' });
    const gone = new AbortController();
    const setting = store.set('key', entry('new'), { signal: gone.signal });
    gone.abort();
    await clock.advance(999);
    expect(inner.get('key')).toEqual(entry('old'));
    await clock.advance(1);

    await setting;
    expect(inner.get('key')).toEqual(entry('new'));
    expect(store.counts).toMatchObject({ delayed: 1, failed: 0 });
  });

  it('never answers, nor does anything, whatever the signal says', async () => {
    const { store, inner } = subject({ hang: true });
    const gone = new AbortController();
    let settled = false;
    Promise.resolve(store.set('key', entry('new'), { signal: gone.signal })).finally(() => (settled = true));
    gone.abort();
    await settle();

    expect(settled).toBe(false);
    expect(inner.get('key')).toEqual(entry('old'));
    expect(store.counts.hung).toBe(1);
  });

  it('says that all is done, and does nothing', async () => {
    const { store, inner } = subject({ lie: 'idle' });

    expect(store.get('key', call)).toBeUndefined();
    expect(store.delete('key', call)).toBe(true);
    for (const [, act] of rows) await act(store);
    expect(inner.get('key')).toEqual(entry('old'));
    expect(store.counts.lied).toBe(7);
  });

  it.each([
    [
      'future',
      'old',
      { createdAt: 86_400_001, freshUntil: 86_400_002, staleUntil: 86_400_003, errorUntil: 86_400_004 },
    ],
    ['otherVersion', 'old', { version: 'not v' }],
  ] as const)('gives an entry of the %s', async (lie, value, fields) => {
    const { store, inner } = subject({ lie });

    expect(store.get('key', call)).toEqual(entry(value, { ...fields, loadTime: undefined }));
    expect(store.get('nothing', call)).toBeUndefined();
    expect(inner.get('key')).toEqual(entry('old'));
  });

  it('gives what was there before the last set, once it has seen two', async () => {
    const { store } = subject({ lie: 'outdated' });
    await store.set('key', entry('first'), call);
    expect(store.get('key', call)).toMatchObject({ value: 'first' });
    await store.set('key', entry('second'), call);
    expect(store.get('key', call)).toMatchObject({ value: 'first' });
    await store.set('key', entry('third'), call);
    expect(store.get('key', call)).toMatchObject({ value: 'second' });
    store.chaos = [];
    expect(store.get('key', call)).toMatchObject({ value: 'third' });
  });

  it('gives the entry of another key, where it knows one', async () => {
    const { store } = subject({ lie: 'otherKey' });
    await store.set('key', entry('own'), call);
    expect(store.get('key', call)).toMatchObject({ value: 'own' });
    await store.set('other', entry('other'), call);

    expect(store.get('key', call)).toMatchObject({ value: 'other' });
    expect(store.get('third', call)).toBeDefined();
  });

  it('gives all sorts of things that are no entries', () => {
    const { store } = subject({ lie: 'malformed' });
    const given = Array.from({ length: 300 }, () => store.get('key', call) as unknown);
    const sound = given.filter((thing) => {
      const { createdAt, freshUntil, errorUntil, tags, version } = Object(thing) as CacheEntry;
      const times = [createdAt, freshUntil, errorUntil].every((time) => typeof time === 'number' && time > 0);
      return times && Array.isArray(tags) && typeof tags[0] === 'string' && typeof version === 'string';
    });

    expect(sound).toEqual([]);
    expect(new Set(given.map((thing) => JSON.stringify(thing))).size).toBe(12);
    expect(store.get('nothing', call)).toBeDefined();
  });

  it('shows what its store has at hand, where that has such a thing', () => {
    const { store, inner } = subject({ fault: new Error('down') });
    const near = chaosStore(Object.assign(new DiskStore(), { peek: () => entry('near') }), { chaos: { hang: true } });

    expect([store.peek('key'), near.peek('key')]).toEqual([undefined, entry('near')]);
    expect(inner.get('key')).toEqual(entry('old'));
  });

  it('lies about a promise of another kind', async () => {
    const later = { then: (resolve: (found: CacheEntry) => unknown) => Promise.resolve(resolve(entry('old'))) };
    const inner = Object.assign(new DiskStore(), { get: () => later });
    const store = chaosStore(inner as never, { chaos: { lie: 'otherVersion' } });

    expect(await store.get('key', call)).toMatchObject({ value: 'old', version: 'not v' });
  });

  it('lies about what a store answers later, too', async () => {
    const store = chaosStore(new DiskStore(), { chaos: { lie: 'otherVersion' } });
    await store.set('key', entry(1), call);

    expect(await store.get('key', call)).toMatchObject({ version: 'not v' });
    expect(store.counts).toMatchObject({ set: 1, get: 1, lied: 1 });
  });

  it('misbehaves in several ways at once, in the order in which they are listed', async () => {
    const { store, clock, inner } = subject([
      { latency: 100 },
      { latency: '50ms' },
      { fault: down, operations: ['set'] },
    ]);
    const [setting, getting] = [store.set('key', entry('new'), call), store.get('key', call)];
    let failed = false;
    const failing = Promise.resolve(setting).catch(() => (failed = true));
    await clock.advance(149);
    expect(failed).toBe(false);
    await clock.advance(1);

    expect(await failing).toBe(true);
    expect(await getting).toBe(inner.get('key'));
    expect(store.counts).toMatchObject({ delayed: 4, failed: 1 });
  });

  it('changes while it runs: what has begun goes on as it began', async () => {
    const { store, clock } = subject({ latency: 100, fault: down });
    const begun = Promise.resolve(store.get('key', call)).catch((error) => error);
    store.chaos = {};
    expect(store.get('key', call)).toEqual(entry('old'));
    await clock.advance(100);

    expect(await begun).toBe(down);
    expect(store.chaos).toEqual({});
  });

  it.each([
    ['a rate of 0', { fault: down, rate: 0 }, 'chaosStore(): rate must be a rate above 0 and at most 1, but got 0'],
    [
      'times that are none',
      { fault: down, times: 0 },
      'chaosStore(): times must be a whole number of at least 1, or Infinity',
    ],
    [
      'an operation that is none',
      { fault: down, operations: ['has'] },
      'chaosStore(): operations must be a list of at least one of get, set',
    ],
    [
      'no operations',
      { fault: down, operations: [] },
      'chaosStore(): operations must be a list of at least one of get',
    ],
    [
      'a lie about gets that no get is told',
      { lie: 'future', operations: ['set'] },
      "chaosStore(): lie 'future' is about what a get gives, and get is not among the operations",
    ],
    [
      'a failure after the work without a fault',
      { hang: true, fails: 'after' },
      "chaosStore(): fails 'after' needs a fault",
    ],
    ['a throw without a fault', { lie: 'idle', fails: 'sync' }, "chaosStore(): fails 'sync' needs a fault"],
    ['a fault that is none', { fault: 'down' }, 'chaosStore(): fault must be an error or a function that gives one'],
    ['a lie that it does not know', { lie: 'white' }, "chaosStore(): lie must be one of 'idle', 'malformed'"],
    ['a latency without unit', { latency: '5' }, 'chaosStore(): latency must be a duration'],
    ['two ways in one', { fault: down, hang: true }, 'chaosStore(): chaos has more than one of fault, hang and lie'],
    ['no way at all', { rate: 0.5 }, 'chaosStore(): chaos must have a fault, hang, lie or latency'],
    [
      'a throw that is late',
      { fault: down, fails: 'sync', latency: 5 },
      "chaosStore(): fails 'sync' needs a fault without latency",
    ],
    ['a bad one in a list', [{ fault: down }, { hang: 1 }], 'chaosStore(): hang must be true or false'],
    ['what is no object', 'down', /^chaosStore\(\)(?:: chaos must be| takes) an object of options/],
  ])('refuses %s, and goes on as before', async (_, chaos, message) => {
    const { store } = subject({ fault: down });
    expect(() => {
      store.chaos = chaos as never;
    }).toThrow(message);
    expect(() => chaosStore(memoryStore(), { chaos: chaos as never })).toThrow(message);

    await expect(store.get('key', call)).rejects.toBe(down);
  });

  it.each([undefined, null, {}, new Map(), { get: () => undefined }])('refuses %o in the place of a store', (inner) => {
    expect(() => chaosStore(inner as never)).toThrow(
      /^chaosStore\(\) takes a store: get, set, delete, deleteByTag, clear, but got /,
    );
  });

  it('takes an idle store for whatever it is asked, and a lie for gets among other operations', () => {
    const { store } = subject({ lie: 'idle', operations: ['set'] });
    store.chaos = { lie: 'future', operations: ['get', 'set'] };

    expect(store.get('key', call)).toMatchObject({ value: 'old', createdAt: 86_400_001 });
  });

  it('refuses a bad seed, clock or option of another name', () => {
    const make = (options: object) => () => chaosStore(memoryStore(), options);

    expect(make({ seed: -1 })).toThrow('chaosStore(): seed must be a whole number');
    expect(make({ clock: Date })).toThrow('chaosStore(): clock must be a Clock');
    expect(make({ fault: down })).toThrow('chaosStore(): fault is no option; it takes chaos, seed, clock');
  });
});
