import type { LmdbStore } from 'holdfast/lmdb';
import { ManualClock } from 'holdfast/testing';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPermanent } from '../../../src/core/index.js';
import { encodeRecord } from '../../../src/stores/lmdb/record.js';
import { RowKeys } from '../../../src/stores/lmdb/row-keys.js';
import { json } from '../../../src/stores/serializers/index.js';
import { takeInventory } from './consistency.js';
import { entryOf } from './entries.js';
import { Folder } from './folder.js';

let folder: Folder;

beforeEach(() => {
  folder = new Folder();
});

afterEach(() => folder[Symbol.asyncDispose]());

const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;
const row = RowKeys.of('').entry('k');

/** Changes the record of the key `k` past the store. */
async function damage(change: (record: Buffer) => Buffer | Promise<Buffer>): Promise<void> {
  await overwrite('entries', change);
}

async function overwrite(name: string, change: (value: Buffer) => Buffer | Promise<Buffer>): Promise<void> {
  const root = open<Buffer, Buffer>({ path: folder.path, noSubdir: false, noSync: true, ...bytes });
  const table = root.openDB<Buffer, Buffer>({ name: `holdfast.${name}`, ...bytes });
  await table.put(row, await change(table.getBinary(row) as Buffer));
  await root.close();
}

const flip = (at: number) => (record: Buffer) => {
  const changed = Buffer.from(record);
  changed[changed.length + at < changed.length ? changed.length + at : at]! ^= 1;
  return changed;
};

const damages = {
  'a changed value': flip(-1),
  'changed times': flip(30),
  'half a record': (record: Buffer) => record.subarray(0, record.length / 2),
  'nothing but a byte': () => Buffer.of(7),
  'a record of another key': () => encodeRecord('other', entryOf(1), 'structured', Buffer.of(255, 15, 95)),
};

describe('a damaged entry', () => {
  it.each(Object.entries(damages))('is an error that is permanent, and no value: %s', async (_, change) => {
    const store = folder.open();
    await store.set('k', entryOf('value', { tags: ['t'] }));
    await damage(change);
    let fault: unknown;
    try {
      store.get('k');
    } catch (error) {
      fault = error;
    }

    expect(fault).toMatchObject({ code: 'HOLDFAST_UNREADABLE_ENTRY' });
    expect(isPermanent(fault)).toBe(true);
  });

  it.each(Object.entries(damages))('is mended by setting its key: %s', async (_, change) => {
    const store = folder.open();
    await store.set('k', entryOf('value', { tags: ['t'] }));
    await damage(change);
    await store.set('k', entryOf('new', { tags: ['u'] }));
    expect(store.get('k')).toMatchObject({ value: 'new' });
    await store.deleteByTag('t');
    expect(store.get('k')).toMatchObject({ value: 'new' });
    await store.deleteByTag('u');

    expect(await takeInventory(folder.path)).toEqual({ keys: [], faults: [] });
    expect(store.size).toBe(0);
  });

  it.each(Object.entries(damages))('goes as others go: %s', async (_, change) => {
    for (const leave of ['delete', 'clear'] as const) {
      const store = folder.open();
      await store.set('k', entryOf('value'));
      await damage(change);
      await (leave === 'delete' ? store.delete('k') : store.clear());

      expect(store.get('k')).toBeUndefined();
      await store.close();
    }
  });

  it.each(Object.entries(damages))(
    'counts once when its key is set anew, and no more when that is removed: %s',
    async (_, change) => {
      const store = folder.open();
      await store.set('k', entryOf('value', { tags: ['t', 'old'] }));
      const { bytes } = store;
      await damage(change);
      await store.set('k', entryOf('value', { tags: ['t', 'new'], freshUntil: 9e12 }));
      expect([store.size, store.bytes]).toEqual([1, bytes]);
      expect(await takeInventory(folder.path)).toEqual({ keys: ['k'], faults: [] });
      await damage(change);
      expect(await store.delete('k')).toBe(true);

      expect([store.size, store.bytes]).toEqual([0, 0]);
      expect(await takeInventory(folder.path)).toEqual({ keys: [], faults: [] });
    },
  );

  it('is removed by its tags', async () => {
    const store = folder.open();
    await store.set('k', entryOf('value', { tags: ['t', 'u'] }));
    await damage(flip(30));
    await store.deleteByTag('t');

    expect(store.get('k')).toBeUndefined();
    expect([store.size, store.bytes]).toEqual([0, 0]);
    expect(await takeInventory(folder.path)).toEqual({ keys: [], faults: [] });
  });

  it('is removed when its time is over', async () => {
    const clock = new ManualClock();
    const store = folder.open({ clock });
    await store.set('k', entryOf('value', { tags: ['t'] }));
    await store.set('l', entryOf('other', { freshUntil: clock.wallNow() + 7_200_000 }));
    await damage(flip(30));
    await clock.advance(3_600_000);
    await expect.poll(() => store.size).toBe(1);

    expect(store.get('k')).toBeUndefined();
    expect(await takeInventory(folder.path)).toEqual({ keys: ['l'], faults: [] });
  });

  it('gives way to others by its end, as they do to each other', async () => {
    const store = folder.open({ maxBytes: 4000 });
    await store.set('k', entryOf(Buffer.alloc(1000), { tags: ['t'] }));
    await damage(flip(30));
    for (const key of ['a', 'b', 'c']) await store.set(key, entryOf(Buffer.alloc(1000), { freshUntil: 9e12 }));

    expect(await takeInventory(folder.path)).toEqual({ keys: ['a', 'b', 'c'], faults: [] });
  });
});

describe('entries that were compressed, in a store without compression', () => {
  const keys = Array.from({ length: 600 }, (_, n) => `${n % 2 ? 'a' : 'b'}:${n}`).sort();
  const entry = entryOf('x'.repeat(3000), { tags: ['t'] });

  async function unreadable(): Promise<{ store: LmdbStore; bytes: number | undefined }> {
    const before = folder.open({ compression: true });
    await Promise.all(keys.map((key) => before.set(key, entry)));
    const { bytes } = before;
    await before.close();
    const store = folder.open();
    expect(() => store.get('b:0')).toThrow('with compression that is off now');
    return { store, bytes };
  }

  it('count once when all are set anew', async () => {
    const { store, bytes } = await unreadable();
    await Promise.all(keys.map((key) => store.set(key, { ...entry, freshUntil: 9e12 })));

    expect([store.size, store.bytes]).toEqual([600, bytes]);
    expect(await takeInventory(folder.path)).toEqual({ keys, faults: [] });
  });

  it.each(['clear', 'deleteByTag'] as const)('are removed by %s, and count no more', async (operation) => {
    const { store, bytes } = await unreadable();
    await (operation === 'clear' ? store.clear({ prefix: 'a:' }) : store.deleteByTag('t', { prefix: 'a:' }));
    expect([store.size, store.bytes]).toEqual([300, bytes! / 2]);
    await (operation === 'clear' ? store.clear() : store.deleteByTag('*'));

    expect([store.size, store.bytes]).toEqual([0, 0]);
    expect(await takeInventory(folder.path)).toEqual({ keys: [], faults: [] });
  });
});

describe('a row that leads nowhere', () => {
  const traces = {
    'that were cut off': Buffer.of(1),
    'of another end': Buffer.alloc(8, 0x81),
    'of a tag without end': Buffer.alloc(5000, 0x81),
  };

  it.each(Object.entries(traces))('counts no more once it is met: traces %s', async (_, changed) => {
    const clock = new ManualClock();
    const store = folder.open({ clock });
    await store.set('k', entryOf('value'));
    await overwrite('traces', () => changed);
    await store.set('k', entryOf('new', { freshUntil: 9e12 }));
    expect(store.size).toBe(2);
    await clock.advance(3_600_000);
    await expect.poll(() => store.size).toBe(0);

    expect(store.bytes).toBe(0);
    expect(await takeInventory(folder.path)).toEqual({ keys: [], faults: [] });
  });

  it.each(Object.entries(traces))('counts once where a new one takes its place: traces %s', async (_, changed) => {
    const store = folder.open();
    await store.set('k', entryOf('value'));
    const { bytes } = store;
    await overwrite('traces', () => changed);
    await store.set('k', entryOf('other'));

    expect([store.size, store.bytes]).toEqual([1, bytes]);
    expect(await takeInventory(folder.path)).toEqual({ keys: ['k'], faults: [] });
  });
});

describe('an entry of another serializer', () => {
  it('is an error that is permanent, not what its bytes happen to mean', async () => {
    await folder.open().set('k', entryOf(1));

    expect(() => folder.open({ serializer: json() }).get('k')).toThrow(
      'its value was written by the serializer structured, not json',
    );
  });

  it('is an error too when the serializer cannot read what it wrote itself', async () => {
    const broken = { ...json(), deserialize: () => Promise.reject(new Error('no')) };
    const store = folder.open({ serializer: broken });
    await store.set('k', entryOf(1));
    const fault = await Promise.resolve(store.get('k')).catch((error: unknown) => error);

    expect(fault).toMatchObject({ code: 'HOLDFAST_UNREADABLE_ENTRY', cause: { message: 'no' } });
    expect(isPermanent(fault)).toBe(true);
  });
});
