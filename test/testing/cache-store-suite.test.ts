import { serialize } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type CacheStoreClaims, cacheStoreSuite, type StoreOnTrial } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import {
  type CacheEntry,
  lastUntil,
  matchesTag,
  type StoreCall,
  type StoreSweep,
} from '../../src/policies/cache/index.js';
import * as broken from './broken-stores.js';
import { type Disk, DiskStore } from './disk-store.js';

type Tests = ReadonlyMap<string, () => Promise<void>>;

/** The tests of the suite by their titles, as a runner would be given them. */
function testsOf(make: () => StoreOnTrial, claims?: CacheStoreClaims): Tests {
  const tests = new Map<string, () => Promise<void>>();
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => {
      expect(tests.has(title), `two tests are named '${title}'`).toBe(false);
      tests.set(title, body);
    },
  };
  cacheStoreSuite(runner, make, claims);
  return tests;
}

/** Stores of a class, over one disk for each test. */
function onDisk(Store: broken.StoreClass): () => StoreOnTrial {
  return () => {
    const disk: Disk = new Map();
    const open = () => new Store(disk);
    return { store: open(), reopen: open, another: open };
  };
}

const json = (value: unknown) => JSON.parse(JSON.stringify(value) ?? 'null');
const rounded = ({ createdAt, freshUntil, ...rest }: CacheEntry): CacheEntry => ({
  ...rest,
  createdAt: Math.round(createdAt),
  freshUntil: Math.round(freshUntil),
});
const bytesAs = (alter: (bytes: Uint8Array) => unknown) => (entry: CacheEntry) =>
  ArrayBuffer.isView(entry.value) ? { ...entry, value: alter(entry.value as Uint8Array) } : entry;
const regex = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`);

/** What is wrong with a store, the store, and the tests that must fail for it. */
const mutants: readonly (readonly [string, broken.StoreClass, ...string[]])[] = [
  [
    'gives what begins alike',
    class extends DiskStore {
      override read(key: string): CacheEntry | undefined {
        return super.read(key) ?? super.read([...this.disk.keys()].find((other) => other.startsWith(key)) ?? key);
      }
    },
    'gives nothing for a key that it never saw',
    'deletes one entry, and tells whether there was one',
  ],
  [
    'loses loadTime',
    broken.gives(({ loadTime: _, ...entry }) => entry),
    'gives an entry whole: value, times, tags, version and loadTime',
  ],
  [
    'loses tags',
    broken.gives((entry) => ({ ...entry, tags: [] })),
    'gives an entry whole: value, times, tags, version and loadTime',
  ],
  [
    'loses versions',
    broken.gives((entry) => ({ ...entry, version: '1' })),
    'gives an entry whole: value, times, tags, version and loadTime',
  ],
  [
    'keeps old fields where the new entry has none',
    broken.keeps((entry, before) => ({ ...entry, loadTime: entry.loadTime ?? before?.loadTime })),
    'gives an entry without loadTime, tags and version without them, also after one with them',
  ],
  [
    'takes falsy values for none',
    broken.gives((entry) => (entry.value ? entry : undefined)),
    ...['undefined', 'null', '0', '-0', "''", 'false', 'NaN', '0n'].map((value) => `keeps ${value} as a value`),
    'deletes one entry, and tells whether there was one',
  ],
  [
    'keeps zeros without their sign',
    broken.gives((entry) => ({ ...entry, value: entry.value === 0 ? 0 : entry.value })),
    'keeps -0 as a value',
  ],
  [
    'keeps values as JSON',
    broken.gives((entry) => ({
      ...entry,
      value: typeof entry.value === 'bigint' ? entry.value : json(noBig(entry.value)),
    })),
    'keeps nested data: lists, dates, maps, sets, big numbers, typed arrays',
    'keeps bytes as bytes: none, each of the 256, and only those that a view shows',
    'keeps undefined as a value',
    'keeps NaN as a value',
  ],
  [
    'knows Latin letters alone',
    broken.gives((entry) => ({ ...entry, version: Buffer.from(entry.version, 'latin1').toString('latin1') })),
    'keeps text of all languages, in values, tags and versions',
  ],
  [
    'composes letters and their accents',
    broken.gives((entry) => ({ ...entry, tags: entry.tags.map((tag) => tag.normalize()) })),
    'keeps text of all languages, in values, tags and versions',
  ],
  [
    'keeps the whole buffer behind a view',
    broken.keeps(bytesAs((bytes) => new Uint8Array(bytes.buffer))),
    'keeps bytes as bytes: none, each of the 256, and only those that a view shows',
  ],
  [
    'gives bytes as a list of numbers',
    broken.gives(bytesAs((bytes) => [...bytes])),
    'keeps bytes as bytes: none, each of the 256, and only those that a view shows',
  ],
  [
    'cuts bytes off after 64 KB',
    broken.keeps(bytesAs((bytes) => bytes.slice(0, 65_536))),
    'keeps a value of a megabyte, as text and as bytes',
  ],
  [
    'keeps no large text',
    broken.keeps((entry) => (String(entry.value).length > 65_536 ? undefined : entry)),
    'keeps a value of a megabyte, as text and as bytes',
  ],
  [
    'sorts tags',
    broken.gives((entry) => ({ ...entry, tags: [...entry.tags].sort() })),
    'keeps a hundred tags in their order, and a tag of 5000 characters',
  ],
  [
    'cuts tags off after 500 characters',
    broken.matches((pattern, tags) => tags.some((tag) => matchesTag(pattern, tag.slice(0, 500)))),
    'keeps a hundred tags in their order, and a tag of 5000 characters',
  ],
  [
    'keeps and gives the entry itself',
    broken.ByReference,
    'keeps what a value was when it was set, whatever the caller does to it later',
    'gives values of which callers may change theirs',
  ],
  [
    'copies only when its turn comes',
    class extends DiskStore {
      override set(key: string, entry: CacheEntry): Promise<void> {
        return this.inTurn(() => void this.disk.set(key, serialize({ ...entry })));
      }
    },
    'keeps what a value was when it was set, whatever the caller does to it later',
  ],
  ['keeps whole milliseconds', broken.gives(rounded), 'keeps times to their fractions, and times without end'],
  [
    'keeps no endless times',
    broken.gives((entry) => ({ ...entry, freshUntil: Number.isFinite(entry.freshUntil) ? entry.freshUntil : 0 })),
    'keeps times to their fractions, and times without end',
  ],
  [
    'drops what is not fresh',
    broken.gives((entry) => (entry.freshUntil > Date.now() ? entry : undefined)),
    'keeps an entry as long as staleUntil is ahead, though its other times are over',
    'keeps an entry as long as errorUntil is ahead, though its other times are over',
  ],
  [
    'drops what is not stale any more',
    broken.gives((entry) => (entry.staleUntil > Date.now() ? entry : undefined)),
    'keeps an entry as long as freshUntil is ahead, though its other times are over',
    'keeps an entry as long as errorUntil is ahead, though its other times are over',
  ],
  [
    'gives what is over a new life',
    broken.gives((entry) => (lastUntil(entry) < Date.now() ? { ...entry, errorUntil: Date.now() + 1000 } : entry)),
    'gives an entry that is over as it was, or not at all',
  ],
  [
    'takes nothing for a key whose entry was over',
    broken.keeps((entry, before) => (before && lastUntil(before) < Date.now() ? undefined : entry)),
    'keeps an entry that follows on one that was over',
  ],
  [
    'keeps what was created last',
    broken.keeps((entry, before) => (before && before.createdAt > entry.createdAt ? before : entry)),
    'gives what was set last, though it was created before',
  ],
  [
    'counts every set',
    class extends DiskStore {
      #sets = 0;
      override get size(): number {
        return this.#sets;
      }
      override set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
        this.#sets++;
        return super.set(key, entry, call);
      }
    },
    'counts its entries and their bytes, where it counts',
  ],
  [
    'counts no bytes',
    class extends DiskStore {
      override get bytes(): number {
        return 1;
      }
    },
    'counts its entries and their bytes, where it counts',
  ],
  [
    'takes large and small letters for the same',
    broken.folds((key) => key.toLowerCase()),
    'keeps apart keys of any characters',
  ],
  ['trims keys', broken.folds((key) => key.trim()), 'keeps apart keys of any characters'],
  ['composes the letters of keys', broken.folds((key) => key.normalize()), 'keeps apart keys of any characters'],
  ['ends keys at NUL', broken.folds((key) => key.split('\0')[0] ?? ''), 'keeps apart keys of any characters'],
  [
    'keeps entries in a plain object',
    class extends DiskStore {
      readonly #entries: Record<string, CacheEntry> = {};
      override async get(key: string): Promise<CacheEntry | undefined> {
        return this.#entries[key];
      }
      override async set(key: string, entry: CacheEntry): Promise<void> {
        this.#entries[key] = entry;
      }
    },
    'keeps apart keys that objects inherit, and has none of them to begin with',
  ],
  [
    'writes keys as UTF-8',
    broken.folds((key) => Buffer.from(key).toString()),
    'keeps apart keys with halves of characters (lone surrogates)',
  ],
  [
    'looks at the end of keys alone',
    broken.folds((key) => key.slice(-5000)),
    'keeps apart keys of 10000 characters that differ in one',
  ],
  [
    'cuts keys off',
    broken.folds((key) => key.slice(0, 9999)),
    'keeps apart keys of 10000 characters that differ in one',
  ],
  [
    'never replaces',
    broken.keeps((entry, before) => before ?? entry),
    'replaces an entry by the one that is set later, and no other',
  ],
  [
    'takes keys for the same that begin alike',
    broken.folds((key) => key.slice(0, 3)),
    'replaces an entry by the one that is set later, and no other',
  ],
  [
    'always says that there was one',
    class extends DiskStore {
      override async delete(key: string, call: StoreCall): Promise<boolean> {
        return (await super.delete(key, call)) || true;
      }
    },
    'deletes one entry, and tells whether there was one',
    'shows to one handle what another has set, replaced and deleted',
  ],
  [
    'keeps the tags of what was deleted',
    broken.indexes((why) => why !== 'delete' && why !== 'set'),
    'takes an entry again for a key that was deleted',
    'forgets the tags of an entry that was replaced',
  ],
  [
    'keeps the tags of what was swept away',
    broken.indexes((why) => why === 'delete'),
    'forgets the tags of entries that were swept away',
  ],
  [
    'understands patterns as regular expressions',
    broken.matches((pattern, tags) => tags.some((tag) => regex(pattern.replaceAll('\\', '\\\\')).test(tag))),
    'takes every other character of a pattern as it is',
  ],
  [
    'knows one * in a pattern',
    broken.matches((pattern, tags) => {
      const [start = '', end] = pattern.split('*');
      return tags.some((tag) => (end === undefined ? tag === start : tag.startsWith(start) && tag.endsWith(end)));
    }),
    'drops by a pattern in which * is any characters, none included',
  ],
  [
    'takes * for one character at least',
    broken.matches((pattern, tags) =>
      tags.some((tag) => (pattern.endsWith('*') && tag === pattern.slice(0, -1) ? false : matchesTag(pattern, tag))),
    ),
    'drops by a pattern in which * is any characters, none included',
  ],
  [
    'takes patterns for beginnings',
    broken.matches((pattern, tags) => tags.some((tag) => matchesTag(`${pattern}*`, tag))),
    'takes every other character of a pattern as it is',
  ],
  [
    'takes large and small letters of tags for the same',
    broken.matches((pattern, tags) => tags.some((tag) => matchesTag(pattern.toLowerCase(), tag.toLowerCase()))),
    'tells large from small letters in patterns',
  ],
  [
    'looks at the first tag alone',
    broken.matches((pattern, tags) => tags.slice(0, 1).some((tag) => matchesTag(pattern, tag))),
    'drops an entry by any of its tags',
  ],
  [
    'takes * for everything, tags or none',
    broken.matches((pattern, tags) => pattern === '*' || tags.some((tag) => matchesTag(pattern, tag))),
    'leaves entries without tags to patterns that every tag fits',
  ],
  [
    'clears everything, whatever the prefix',
    broken.finds(() => true),
    'clears the keys with a prefix, and no others',
    'drops by tag among the keys with a prefix, and no others',
  ],
  [
    'ends a prefix at U+FFFF',
    broken.finds((prefix, key) => prefix === '' || (key >= prefix && key < `${prefix}\uffff`)),
    'clears the keys with a prefix, and no others',
    'drops by tag among the keys with a prefix, and no others',
  ],
  [
    'understands prefixes as patterns',
    broken.finds((prefix, key) => new RegExp(`^${prefix.replace(/[\\[]/g, '\\$&')}`).test(key)),
    'takes every character of a prefix as it is',
  ],
  [
    'clears nothing where the prefix is empty',
    broken.finds((prefix, key) => prefix !== '' && key.startsWith(prefix)),
    'clears everything where the prefix is empty, and takes entries again',
  ],
  [
    'complains where nothing is to be swept',
    class extends DiskStore {
      override keysUnder(prefix: string): string[] {
        const found = super.keysUnder(prefix);
        if (found.length === 0) throw new Error('nothing there');
        return found;
      }
    },
    'sweeps what is not there without complaint',
  ],
  [
    'has no room for more than 500',
    class extends DiskStore {
      override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
        if (this.#sets++ < 500) await super.set(key, entry, call);
      }
      #sets = 0;
    },
    'keeps a thousand entries that are set at the same time',
  ],
  [
    'does things in any order',
    broken.Unordered,
    'ends with the entry that was set last, when many are set for one key at the same time',
    'ends as the last operation says, when a key is set and deleted at the same time',
  ],
  ['writes in pieces', broken.InPieces, 'gives one entry or another, whole, while a key is being set'],
  [
    'drops an entry before it is replaced',
    class extends DiskStore {
      override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
        await super.delete(key, call);
        await super.set(key, entry, call);
      }
    },
    'gives one entry or another, whole, while a key is being set',
  ],
  [
    'remembers what it gave',
    broken.Remembering,
    'shows a set that has resolved to every later get, also while others wait',
    'shows a delete that has resolved to every later get, also while others wait',
  ],
  [
    'sets later than it says',
    broken.postpones('set'),
    'shows a set that has resolved to every later get, also while others wait',
    'has what a set confirmed right before the end, when it is reopened',
  ],
  [
    'deletes later than it says',
    broken.postpones('delete'),
    'shows a delete that has resolved to every later get, also while others wait',
  ],
  ['clears later than it says', broken.postpones('clear'), 'shows a sweep that has resolved to every later get'],
  [
    'clears what is set once it has cleared',
    class extends DiskStore {
      #cleared = false;
      override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
        const cleared = this.#cleared;
        await super.set(key, entry, call);
        if (cleared) this.disk.delete(key);
      }
      override async clear(sweep: StoreSweep): Promise<void> {
        await super.clear(sweep);
        this.#cleared = true;
      }
    },
    'keeps what is set once a sweep has resolved',
  ],
  [
    'drops the entry that it was not to replace any more',
    broken.onAbort((store, operation, key) => {
      if (operation === 'set') store.disk.delete(key);
      throw new Error('aborted');
    }),
    'does all or nothing of a set whose signal aborts, before it or meanwhile',
  ],
  [
    'says that it has done what it has not',
    broken.onAbort(() => true),
    'does all or nothing of a set whose signal aborts, before it or meanwhile',
    'does all or nothing of a delete and a sweep whose signal aborts',
    'answers a get whose signal aborts rightly or not at all, and the next one rightly',
  ],
  [
    'takes the tags from what it was not to delete any more',
    broken.onAbort((store, operation, key) => {
      const entry = store.read(key);
      if (operation === 'delete' && entry) store.disk.set(key, serialize({ ...entry, tags: [] }));
      throw new Error('aborted');
    }),
    'does all or nothing of a delete and a sweep whose signal aborts',
  ],
  [
    'does not wait when it is closed',
    class extends DiskStore {
      override async close(): Promise<void> {
        void super.close();
      }
    },
    'keeps what it was told before it was closed',
  ],
  [
    'can be closed once',
    class extends DiskStore {
      #closed = false;
      override async close(): Promise<void> {
        if (this.#closed) throw new Error('closed already');
        this.#closed = true;
        await super.close();
      }
    },
    'may be closed twice, also at the same time',
  ],
  [
    'goes on when it is closed',
    class extends DiskStore {
      override async close(): Promise<void> {}
    },
    'refuses every operation once it is closed, with an error that says so',
  ],
  [
    'fails without a reason when it is closed',
    class extends DiskStore {
      override inTurn<T>(act: () => T): Promise<T> {
        return super.inTurn(act).catch(() => {
          throw new Error('EBADF');
        });
      }
    },
    'refuses every operation once it is closed, with an error that says so',
  ],
  [
    'keeps nothing',
    class extends DiskStore {
      override async close(): Promise<void> {
        await super.close();
        this.disk.clear();
      }
    },
    'gives everything again when it is reopened: entries, tags, and what was dropped',
    'has what a set confirmed right before the end, when it is reopened',
    'closes one handle and leaves the other open',
  ],
  [
    'calls itself volatile',
    class extends DiskStore {
      readonly volatile = true;
    },
    'does not call itself volatile, since it is none',
    'does not call itself volatile, since others see what it keeps',
  ],
  [
    'keeps for itself what it was given',
    broken.Private,
    'shows to one handle what another has set, replaced and deleted',
    'drops by tag and clears what another handle has set',
    'forgets the tags of an entry that another handle has replaced',
  ],
  [
    'knows the tags of its own entries alone',
    broken.indexes(() => true),
    'drops by tag and clears what another handle has set',
    'forgets the tags of an entry that another handle has replaced',
    'lets several handles write at the same time, and keeps what each has written',
  ],
];

/** JSON refuses what it cannot keep; this mutant is to lose it. */
function noBig(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? Number(part) : part)) ?? 'null');
}

describe('cacheStoreSuite()', () => {
  it('finds nothing wrong with a store that keeps every promise', async () => {
    for (const [title, test] of testsOf(onDisk(DiskStore))) await expect(test(), title).resolves.toBeUndefined();
  });

  it.each(mutants.map(([wrong, Store, ...titles]) => [wrong, Store, titles] as const))(
    'finds a store that %s',
    async (_, Store, titles) => {
      const tests = testsOf(onDisk(Store));
      for (const title of titles) {
        expect([...tests.keys()]).toContain(title);
        await expect(tests.get(title)?.(), title).rejects.toThrow();
      }
    },
  );

  it('has no test that no broken store fails', () => {
    const failed = new Set(mutants.flatMap(([, , ...titles]) => titles));

    expect([...testsOf(onDisk(DiskStore)).keys()].filter((title) => !failed.has(title))).toEqual([]);
  });

  it.each([
    ['survives', 'when it is reopened'],
    ['shared', 'handle'],
    ['copies', 'whatever the caller does'],
    ['closes', 'closed'],
  ])('leaves out what a store does not claim: %s', (claim, words) => {
    const all = [...testsOf(onDisk(DiskStore)).keys()];
    const fewer = [...testsOf(onDisk(DiskStore), { [claim]: false }).keys()];

    const left = all.filter((title) => !fewer.includes(title));
    expect(left.length).toBeGreaterThan(0);
    expect(left.some((title) => title.includes(words))).toBe(true);
  });

  it('tells what make() must give for what is claimed', async () => {
    const tests = testsOf(() => ({ store: new DiskStore() }));
    const reopening = tests.get('has what a set confirmed right before the end, when it is reopened');
    const endless = testsOf(() => ({ store: Object.assign(new DiskStore(), { close: undefined }) as never }));
    const closing = endless.get('keeps what it was told before it was closed');
    const sharing = tests.get('closes one handle and leaves the other open');

    await expect(reopening?.()).rejects.toThrow('make() must give reopen(); claim { survives: false }');
    await expect(closing?.()).rejects.toThrow('the store has no close(); claim { closes: false }');
    await expect(sharing?.()).rejects.toThrow('make() must give another(); claim { shared: false }');
  });

  it('gives bytes alone to a store that takes nothing else', async () => {
    class BytesStore extends DiskStore {
      override set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
        if (!(entry.value instanceof Uint8Array)) throw new TypeError('bytes, please');
        return super.set(key, entry, call);
      }
    }
    const tests = testsOf(onDisk(BytesStore), { values: 'bytes' });
    for (const [title, test] of tests) await expect(test(), title).resolves.toBeUndefined();

    expect(tests.has('keeps undefined as a value')).toBe(false);
    await expect(testsOf(onDisk(BytesStore)).get('keeps undefined as a value')?.()).rejects.toThrow('bytes, please');
  });

  it('takes values of another realm for the same, as test runners with contexts have them', async () => {
    class ForeignStore extends DiskStore {
      override read(key: string): CacheEntry | undefined {
        const entry = super.read(key);
        return entry && (foreignCopy(entry) as CacheEntry);
      }
    }
    const tests = testsOf(onDisk(ForeignStore));
    for (const [title, test] of tests) await expect(test(), title).resolves.toBeUndefined();
  });

  it('goes by the clock that it is given', async () => {
    const at = Date.UTC(2001, 0, 1);
    const gives = broken.gives((entry) => (lastUntil(entry) > at ? entry : undefined));
    const title = 'keeps an entry as long as errorUntil is ahead, though its other times are over';
    const dropsAll = broken.gives((entry) => (lastUntil(entry) > at + 86_400_000 ? entry : undefined));

    await expect(testsOf(onDisk(gives), { now: () => at }).get(title)?.()).resolves.toBeUndefined();
    await expect(testsOf(onDisk(dropsAll), { now: () => at }).get(title)?.()).rejects.toThrow('there is no entry');
  });

  it('clears up after each test, whether it failed or not, and tells the failure of the test first', async () => {
    const disposed: string[] = [];
    const make = (Store: broken.StoreClass, fault?: Error) => () => ({
      store: new Store(new Map()),
      dispose: () => {
        disposed.push('disposed');
        if (fault) throw fault;
      },
    });
    const title = 'gives nothing for a key that it never saw';
    const run = (store: () => StoreOnTrial) => testsOf(store).get(title)?.();

    await run(make(DiskStore));
    await expect(run(make(DiskStore, new Error('not disposed')))).rejects.toThrow('not disposed');
    const always = broken.gives((entry) => ({ ...entry, version: 'wrong' }));
    const whole = 'gives an entry whole: value, times, tags, version and loadTime';
    await expect(testsOf(make(always, new Error('not disposed'))).get(whole)?.()).rejects.toThrow("for 'user'");
    expect(disposed).toHaveLength(3);
  });

  it('refuses claims that it does not know', () => {
    const suite = (claims: object) => () => testsOf(onDisk(DiskStore), claims);

    expect(suite({ volatile: true })).toThrow('cacheStoreSuite(): volatile is no option; it takes survives, shared');
    expect(suite({ shared: 'no' })).toThrow('cacheStoreSuite(): shared must be true or false');
  });
});

const realm = runInNewContext('({ Object, Array, Map, Set, Date, Uint8Array, Float64Array })');

/** A copy whose objects, lists, maps, sets, dates and bytes are of another realm. */
function foreignCopy(value: unknown): unknown {
  if (Array.isArray(value)) return realm.Array.from(value, foreignCopy);
  if (value instanceof Map) return new realm.Map([...value].map(([key, item]) => [key, foreignCopy(item)]));
  if (value instanceof Set) return new realm.Set(value);
  if (value instanceof Date) return new realm.Date(value);
  if (value instanceof Float64Array) return new realm.Float64Array(value);
  if (value instanceof Uint8Array) return new realm.Uint8Array(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.assign(
    new realm.Object(),
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, foreignCopy(item)])),
  );
}
