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
  const root = open<Buffer, Buffer>({ path: folder.path, noSubdir: false, noSync: true, ...bytes });
  const entries = root.openDB<Buffer, Buffer>({ name: 'holdfast.entries', ...bytes });
  await entries.put(row, await change(entries.getBinary(row) as Buffer));
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

  it('leaves nothing behind once its time is over', async () => {
    const { ManualClock } = await import('holdfast/testing');
    const clock = new ManualClock();
    const store = folder.open({ clock });
    await store.set('k', entryOf('value'));
    await store.set('l', entryOf('other'));
    await damage(flip(30));
    await store.set('k', entryOf('new', { freshUntil: 1, staleUntil: 1, errorUntil: clock.wallNow() + 7_200_000 }));
    expect(store.size).toBe(3);
    await clock.advance(3_600_000);
    await expect.poll(() => store.size).toBe(1);

    expect(store.get('k')).toMatchObject({ value: 'new' });
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
