import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { lmdbStore } from 'holdfast/lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeInventory } from './consistency.js';
import { entryOf } from './entries.js';
import { Folder } from './folder.js';

let folder: Folder;

beforeEach(() => {
  folder = new Folder();
});

afterEach(() => folder[Symbol.asyncDispose]());

/** Closes what is open, and looks into the file. */
async function inventory() {
  return takeInventory(folder.path);
}

const sound = (keys: readonly string[]) => ({ keys: [...keys].sort(), faults: [] });
describe('a store on LMDB', () => {
  it('gives what was set, at once and not by a promise', async () => {
    const store = folder.open();
    const value = { at: new Date(5), ids: new Set([1n]), none: undefined, text: '\ud800' };
    const entry = entryOf(value, { tags: ['a', 'b'], version: '3', loadTime: 7, errorUntil: Number.POSITIVE_INFINITY });
    await store.set('key', entry);

    expect(store.get('key')).toStrictEqual(entry);
    expect(store.get('other')).toBeUndefined();
    expect(store.label).toBe('lmdb');
  });

  it('gives bytes that stay as they are, whatever is read afterwards', async () => {
    const store = folder.open();
    await store.set('a', entryOf(new Uint8Array(1000).fill(1)));
    await store.set('b', entryOf(new Uint8Array(1000).fill(2)));
    const { value } = store.get('a') as { value: Uint8Array };
    store.get('b');

    expect(value).toEqual(new Uint8Array(1000).fill(1));
  });

  it('keeps entries over a restart, and lets their indexes work', async () => {
    const first = folder.open();
    await first.set('a', entryOf(1, { tags: ['x'] }));
    await first.set('b', entryOf(2));
    await first.close();
    const second = folder.open();
    await second.deleteByTag('x');

    expect([second.get('a'), second.get('b')]).toMatchObject([undefined, { value: 2 }]);
  });

  it('replaces an entry, its tags and its end', async () => {
    const store = folder.open();
    await store.set('a', entryOf(1, { tags: ['old', 'both'] }));
    await store.set('a', entryOf(2, { tags: ['new', 'both'], errorUntil: 9e12 }));
    await store.deleteByTag('old');

    expect(store.get('a')).toMatchObject({ value: 2 });
    expect(store.size).toBe(1);
    expect(await inventory()).toEqual(sound(['a']));
  });

  it('tells of a removal whether there was something', async () => {
    const store = folder.open();
    await store.set('a', entryOf(1, { tags: ['x'] }));

    expect(await store.delete('a')).toBe(true);
    expect(await store.delete('a')).toBe(false);
    expect([store.size, store.bytes]).toEqual([0, 0]);
    expect(await inventory()).toEqual(sound([]));
  });

  const long = 'k'.repeat(3000);
  const odd = ['', ' ', '\0', 'a\0b', '\ud800', '\udc00', 'é', '😀', '\uffff', long, `${long}1`, `${long}2`];

  it('keeps keys apart that hold any characters, or many', async () => {
    const store = folder.open();
    await Promise.all(odd.map((key, index) => store.set(key, entryOf(index, { tags: [key, `${key}:tag`] }))));

    expect(odd.map((key) => (store.get(key) as { value: unknown }).value)).toEqual(odd.map((_, index) => index));
    expect(store.size).toBe(odd.length);
    await store.deleteByTag(`${long}1`);
    await store.deleteByTag('\0');
    expect(odd.filter((key) => store.get(key) === undefined)).toEqual(['\0', `${long}1`]);
  });

  it.each(['', 'a', 'b', 'b:', '\ud83d', `a:${long}`, `a:${long}x`, 'nothing'])(
    'clears what begins with %j, and nothing else',
    async (prefix) => {
      const keys = ['a', 'a:1', 'a:2', 'b', 'b:1', `a:${long}`, `a:${long}x`, '\ud83d\ude00', '\ud83d'];
      for (const operation of ['clear', 'deleteByTag'] as const) {
        const store = folder.open({ namespace: operation });
        await Promise.all(keys.map((key) => store.set(key, entryOf(1, { tags: ['t', long] }))));
        await (operation === 'clear' ? store.clear({ prefix }) : store.deleteByTag('t', { prefix }));

        expect(keys.filter((key) => store.get(key))).toEqual(keys.filter((key) => !key.startsWith(prefix)));
      }
      expect((await inventory()).faults).toEqual([]);
    },
  );

  it.each([
    ['user:1', ['user:1']],
    ['user:*', ['user:1', 'user:12', 'user:']],
    ['*', ['user:1', 'user:12', 'user:', 'order:1', '', 'a*b', long, `${long}1`]],
    ['*:1', ['user:1', 'order:1']],
    ['u*1', ['user:1']],
    ['a*b', ['a*b']],
    [`${long}*`, [long, `${long}1`]],
    [`${long}1`, [`${long}1`]],
    ['', ['']],
    ['us', []],
  ])('drops by the tag %j what it fits', async (pattern, gone) => {
    const store = folder.open();
    const tags = ['user:1', 'user:12', 'user:', 'order:1', '', 'a*b', long, `${long}1`];
    await Promise.all(tags.map((tag) => store.set(`of ${tag}`, entryOf(1, { tags: ['z', tag].slice(1) }))));
    await store.deleteByTag(pattern);

    expect(tags.filter((tag) => !store.get(`of ${tag}`))).toEqual(gone);
    expect((await inventory()).faults).toEqual([]);
  });

  it('keeps entries with hundreds of tags', async () => {
    const store = folder.open();
    const tags = Array.from({ length: 800 }, (_, index) => `tag:${index}`);
    await Promise.all([1, 2, 3].map((n) => store.set(`k${n}`, entryOf(n, { tags: [...tags, `own:${n}`] }))));
    await store.deleteByTag('own:2');
    expect(['k1', 'k2', 'k3'].map((key) => Boolean(store.get(key)))).toEqual([true, false, true]);
    await store.deleteByTag('tag:799');

    expect(store.size).toBe(0);
    expect(await inventory()).toEqual(sound([]));
  });

  it('keeps one tag twice as well as once', async () => {
    const store = folder.open();
    await store.set('a', entryOf(1, { tags: ['t', 't'] }));
    await store.delete('a');

    expect(await inventory()).toEqual(sound([]));
  });

  it('shows a namespace nothing of another', async () => {
    const [one, other] = [folder.open({ namespace: 'one' }), folder.open({ namespace: 'other' })];
    await one.set('k', entryOf(1, { tags: ['t'] }));
    await other.set('k', entryOf(2, { tags: ['t'] }));
    await one.deleteByTag('*');
    await one.clear();

    expect([one.get('k'), one.size, other.size]).toEqual([undefined, 0, 1]);
    expect(other.get('k')).toMatchObject({ value: 2 });
  });

  it('opens one folder twice, and shows each what the other writes', async () => {
    const [one, other] = [folder.open(), folder.open()];
    await one.set('k', entryOf(1));
    expect(other.get('k')).toMatchObject({ value: 1 });
    await other.delete('k');
    expect(one.get('k')).toBeUndefined();
    await one.close();
    await other.set('k', entryOf(2));

    expect(other.get('k')).toMatchObject({ value: 2 });
  });

  it('does writes in the order of their calls, also by a serializer that takes its time', async () => {
    const waits: (() => void)[] = [];
    const serializer = {
      label: 'slow',
      serialize: (value: unknown) =>
        new Promise<Uint8Array>((resolve) => waits.push(() => resolve(Buffer.from(String(value))))),
      deserialize: async (bytes: Uint8Array) => Number(Buffer.from(bytes).toString()),
    };
    const store = folder.open({ serializer });
    const writes = [
      store.set('k', entryOf(1)),
      store.set('k', entryOf(2)),
      store.set('gone', entryOf(3)),
      store.delete('gone'),
    ];
    for (const done of waits.reverse()) done();
    await Promise.all(writes);

    expect(await store.get('k')).toMatchObject({ value: 2 });
    expect(await store.get('gone')).toBeUndefined();
  });

  it('does not make a write whose signal has aborted', async () => {
    const store = folder.open();
    const reason = new Error('nobody waits');
    const signal = AbortSignal.abort(reason);
    await store.set('k', entryOf(1, { tags: ['t'] }));
    const calls = [
      store.set('k', entryOf(2), { signal }),
      store.delete('k', { signal }),
      store.clear({ prefix: '', signal }),
      store.deleteByTag('t', { prefix: '', signal }),
    ];

    expect((await Promise.allSettled(calls)).map((call) => 'reason' in call && call.reason)).toEqual(
      Array(4).fill(reason),
    );
    expect(store.get('k')).toMatchObject({ value: 1 });
  });

  it.each([true, 100])('keeps entries compressed, with the option at %j', async (compression) => {
    const store = folder.open({ compression });
    await store.set('k', entryOf('long '.repeat(100_000), { tags: ['t'] }));
    await store.set('k', entryOf('long '.repeat(200_000), { tags: ['t'] }));
    const { value } = store.get('k') as { value: string };
    await store.close();

    expect(value).toBe('long '.repeat(200_000));
    expect(statSync(join(folder.path, 'data.mdb')).size).toBeLessThan(300_000);
    expect(folder.open({ compression }).get('k')).toMatchObject({ value });
  });

  it('waits for all writes under way when it is closed, and refuses what comes later', async () => {
    const store = folder.open();
    const writes = Array.from({ length: 1000 }, (_, index) => store.set(`k${index}`, entryOf(index, { tags: ['t'] })));
    const cleared = store.clear({ prefix: 'k9' });
    const closed = store.close();
    const late = [store.set('late', entryOf(1)), store.delete('k1'), store.clear(), store.deleteByTag('t')];
    const refusals = (await Promise.allSettled(late)).map((call) => 'reason' in call && call.reason.message);

    expect(refusals).toEqual(Array(4).fill(`the lmdb store in ${folder.path} is closed`));
    expect(() => store.get('k1')).toThrow('is closed');
    await Promise.all([...writes, cleared, closed, store.close(), store[Symbol.asyncDispose]()]);
    expect([store.size, store.bytes]).toEqual([undefined, undefined]);
    const { keys, faults } = await inventory();
    expect([keys.length, faults]).toEqual([1000 - 111, []]);
  });

  it('refuses a value that has no bytes, and keeps the one before it', async () => {
    const store = folder.open();
    await store.set('k', entryOf(1));

    await expect(
      store.set(
        'k',
        entryOf(() => 1),
      ),
    ).rejects.toThrow();
    expect(store.get('k')).toMatchObject({ value: 1 });
  });
});

describe('the file of a store on LMDB', () => {
  it('is in a folder that is made where it is missing, whatever its name looks like', async () => {
    const path = join(folder.path, 'deep', 'cache.v2');
    const store = lmdbStore({ path });
    await store.close();

    expect(existsSync(join(path, 'data.mdb'))).toBe(true);
  });

  it('is in a folder that several ways lead to', async () => {
    const path = join(folder.path, 'real');
    mkdirSync(path);
    symlinkSync(path, join(folder.path, 'link'));
    for (const way of [`${path}/`, `${folder.path}/new/../real`, join(folder.path, 'link')]) {
      const store = lmdbStore({ path: way, sweepEvery: 0 });
      await store.set(way, entryOf(1));
      await store.close();
    }

    expect((await takeInventory(path)).keys).toHaveLength(3);
  });

  it('cannot be where a file is, or in one, or where a link leads nowhere', () => {
    const [file, link, loop] = ['file', 'link', 'loop'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, 'text');
    symlinkSync(join(folder.path, 'nowhere'), link);
    symlinkSync('loop', loop);
    const refusals = [
      [file, `${file} is no folder`],
      [join(file, 'folder'), `${file} is no folder`],
      [link, `${link} is no folder`],
      [join(link, 'folder'), `${link} is no folder`],
      [loop, 'ELOOP: too many symbolic links'],
      [join(folder.path, 'n'.repeat(300)), 'ENAMETOOLONG: name too long'],
    ] as const;

    for (const [path, reason] of refusals) {
      expect(() => lmdbStore({ path })).toThrow(
        expect.objectContaining({
          code: 'HOLDFAST_STORE_FILE',
          message: expect.stringContaining(`the lmdb store in ${path} could not be opened: ${reason}`),
        }),
      );
    }
  });

  it.runIf(process.platform === 'linux')(
    'cannot be where the system makes no folders',
    async () => {
      const script = `import('${new URL('../../../src/stores/lmdb/sound-file.ts', import.meta.url)}')
      .then(({ checkFolder }) => checkFolder('/proc/holdfast/cache')).catch(({ message }) => console.log(message));`;
      const command = ['--import', 'tsx', '--input-type=module', '--eval', script];
      const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: 20_000 });

      expect(stdout.trim()).toBe("ENOENT: no such file or directory, mkdir '/proc/holdfast'");
    },
    30_000,
  );

  it.each([
    [
      "is another program's",
      (path: string) => writeFileSync(path, 'no database at all '.repeat(1000)),
      'is no database of lmdb',
    ],
    ['is a few bytes', (path: string) => writeFileSync(path, 'hello'), 'is no database of lmdb'],
    ['is a folder', (path: string) => mkdirSync(path), 'is no file'],
  ])('is not opened when it %s', (_, make, reason) => {
    make(join(folder.path, 'data.mdb'));

    expect(() => folder.open()).toThrow(`could not be opened: ${join(folder.path, 'data.mdb')} ${reason}`);
  });

  it('is not opened when it was cut off within its first pages', async () => {
    await folder.open().close();
    truncateSync(join(folder.path, 'data.mdb'), 4096);

    expect(() => folder.open()).toThrow('is no database of lmdb, or is damaged');
  });

  it('is opened alike by all stores of a process', async () => {
    const first = folder.open({ sync: 'committed' });

    expect(() => folder.open({ sync: 'flushed' })).toThrow(
      'could not be opened: another store of this process has it open with sync committed, not flushed',
    );
    expect(() => folder.open({ compression: 500 })).toThrow('has it open with compression false, not 500');
    await first.close();
    expect(folder.open({ sync: 'flushed', compression: 500 }).size).toBe(0);
  });

  it('is opened a second time while a store writes, by any way that leads to its folder', async () => {
    const first = folder.open();
    const writes = Array.from({ length: 2000 }, (_, n) => first.set(`k${n}`, entryOf(n)));
    await writes[0];
    const second = lmdbStore({
      path: join(folder.path, '..', basename(folder.path)),
      sync: 'committed',
      sweepEvery: 0,
    });
    await second.set('last', entryOf(1));
    await first.close();

    expect(second.size).toBe(2001);
    await second.close();
  });
});
