import { execFile } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type LmdbStore, type LmdbStoreOptions, lmdbStore } from 'holdfast/lmdb';
import { ManualClock } from 'holdfast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeInventory } from '../stores/lmdb/consistency.js';
import { entryOf } from '../stores/lmdb/entries.js';
import { Folder } from '../stores/lmdb/folder.js';
import { type Acknowledged, tagsOf, type Written } from './lmdb/orders.js';
import { StoreProcess } from './lmdb/store-process.js';

let folder: Folder;

beforeEach(() => {
  folder = new Folder();
});

afterEach(() => folder[Symbol.asyncDispose]());

const pause = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration));

describe('a store on LMDB, when its processes are killed', () => {
  /** What is wrong with what a store gives for what was acknowledged; a later set may have been written before its process died. */
  function lostFrom(store: LmdbStore, acknowledged: ReadonlyMap<string, number>): string[] {
    return [...acknowledged].flatMap(([key, number]) => {
      const { value, tags } = (store.get(key) ?? {}) as { value?: Written; tags?: readonly string[] };
      const isWhole = value?.key === key && value.text.length === (value.number * 37) % 5000;
      if (isWhole && value.number >= number && String(tags) === String(tagsOf(value))) return [];
      return [`${key}: ${number} was acknowledged, ${value?.number} is there`];
    });
  }

  async function round(options: LmdbStoreOptions, number: number): Promise<readonly Acknowledged[]> {
    const writers = await Promise.all([0, 1, 2].map(() => StoreProcess.open(options)));
    for (const [index, writer] of writers.entries()) writer.send({ do: 'write', name: `r${number}w${index}` });
    await Promise.all(
      writers.map(async (writer) => {
        await pause(50 + Math.random() * 250);
        await writer.kill();
      }),
    );
    return writers.flatMap((writer) => writer.acknowledged);
  }

  it.each([
    ['flushed', 7],
    ['committed', 3],
  ] as const)(
    'has every entry that was acknowledged, and indexes that agree with them (%s, %i rounds)',
    async (sync, rounds) => {
      const options = { path: folder.path, sync };
      const acknowledged = new Map<string, number>();
      for (let number = 0; number < rounds; number++) {
        for (const { key, number: n } of await round(options, number)) acknowledged.set(key, n);
        expect(acknowledged.size).toBeGreaterThan(100 * number);
        const { faults } = await takeInventory(folder.path);
        const store = lmdbStore({ ...options, sweepEvery: 0 });
        const lost = lostFrom(store, acknowledged);
        await store.close();

        expect({ number, lost, faults }).toEqual({ number, lost: [], faults: [] });
      }
    },
    120_000,
  );
});

describe('a store on LMDB, shared by processes', () => {
  it('shows each at once what another has written or removed', async () => {
    const options = { path: folder.path, sync: 'committed' } as const;
    const store = lmdbStore({ ...options, sweepEvery: 0 });
    await using other = await StoreProcess.open(options);
    for (let number = 0; number < 100; number++) {
      await store.set('k', entryOf(number, {}, Date.now()));
      expect(await other.tell({ do: 'get', key: 'k' })).toBe(number);
      await other.tell({ do: 'set', key: 'k', value: `other ${number}` });
      expect(store.get('k')).toMatchObject({ value: `other ${number}` });
      expect(await other.tell({ do: 'delete', key: 'k' })).toBe(true);
      expect(store.get('k')).toBeUndefined();
    }
    await store.close();
  }, 30_000);

  it('shows it even to one that never lets its event loop turn', async () => {
    const options = { path: folder.path, sync: 'committed' } as const;
    const store = lmdbStore({ ...options, sweepEvery: 0 });
    await using other = await StoreProcess.open(options);
    other.send({ do: 'set', key: 'k', value: 1 });
    await pause(0);
    const end = performance.now() + 5000;
    while (store.get('k') === undefined && performance.now() < end);

    expect(store.get('k')).toMatchObject({ value: 1 });
    await store.close();
  }, 30_000);

  it.each(['clear', 'deleteByTag'] as const)(
    'has removed by %s all that was there, whatever others set meanwhile',
    async (operation) => {
      const options = { path: folder.path, sync: 'committed' } as const;
      const store = lmdbStore({ ...options, sweepEvery: 0 });
      await using other = await StoreProcess.open(options);
      const keys = Array.from({ length: 3000 }, (_, n) => `w:${n % 8}:${n}`);
      await Promise.all(keys.map((key) => store.set(key, entryOf('old', { tags: ['writer:w'] }, Date.now()))));
      other.send({ do: 'write', name: 'w' });
      await pause(30);
      await (operation === 'clear' ? store.clear({ prefix: 'w:' }) : store.deleteByTag('writer:*'));

      expect(other.acknowledged.length).toBeGreaterThan(0);
      expect(keys.filter((key) => (store.get(key) as { value?: unknown })?.value === 'old')).toEqual([]);
      other.send({ do: 'stop' });
      await other.kill();
      await store.close();
      expect((await takeInventory(folder.path)).faults).toEqual([]);
    },
    30_000,
  );
});

describe.runIf(process.platform === 'linux')('a store on LMDB, on a disk that is full', () => {
  it.each(['flushed', 'committed'])(
    'says so, keeps what it has, and works again when there is room (%s)',
    async (sync) => {
      const script = fileURLToPath(new URL('lmdb/full-disk.ts', import.meta.url));
      const command = `ulimit -f 6000; exec "${process.execPath}" --import tsx "${script}" "${folder.path}" ${sync}`;
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { timeout: 30_000 });

      expect(JSON.parse(stdout)).toEqual({
        kept: expect.any(Number),
        readable: true,
        works: true,
        failedTogether: 3,
        name: 'StoreFileError',
        code: 'HOLDFAST_STORE_FILE',
        message: expect.stringMatching(
          /^the lmdb store in .* could not be written: (Input\/output error|File too large)$/,
        ),
        unheard: [],
      });
      expect((await takeInventory(folder.path)).faults).toEqual([]);
    },
    40_000,
  );
});

describe('a store on LMDB, with a hundred thousand entries that are over', () => {
  it('sweeps them in slices, between which everything else goes on', async () => {
    const clock = new ManualClock();
    const store = folder.open({ clock });
    const tags = ['a', 'b'];
    await Promise.all(Array.from({ length: 100_000 }, (_, n) => store.set(`k${n}`, entryOf(n, { tags }))));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const drops: number[] = [];
    await clock.advance(3_600_000);
    delay.enable();
    for (let before = store.size!; before > 0; ) {
      await new Promise(setImmediate);
      drops.push(before - store.size!);
      before = store.size!;
    }
    delay.disable();

    expect(Math.max(...drops)).toBeLessThanOrEqual(500);
    expect(delay.max / 1e6).toBeLessThan(250);
  }, 60_000);
});
