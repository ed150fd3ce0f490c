import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from 'holdfast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPermanent } from '../../../src/core/index.js';
import { takeInventory } from './consistency.js';
import { entryOf } from './entries.js';
import { Folder } from './folder.js';

let folder: Folder;

beforeEach(() => {
  folder = new Folder();
});

afterEach(() => folder[Symbol.asyncDispose]());

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const lasting = (value: unknown, hours: number) => entryOf(value, { errorUntil: start + hours * hour });

describe('maxBytes', () => {
  it('lets those give way that end soonest, but never the one that was set last', async () => {
    const store = folder.open({ maxBytes: 10_000 });
    for (let n = 1; n <= 20; n++) await store.set(`k${n}`, lasting(Buffer.alloc(1000), 100 - n));
    const left = Array.from({ length: 20 }, (_, index) => index + 1).filter((n) => store.get(`k${n}`));

    expect(left.slice(0, -1)).toEqual(left.slice(0, -1).map((_, index) => index + 1));
    expect(left.at(-1)).toBe(20);
    expect(left.length).toBeGreaterThan(6);
    expect(store.bytes).toBeLessThanOrEqual(10_000);
    expect((await takeInventory(folder.path)).faults).toEqual([]);
  });

  it('makes room for a large entry in slices, and has made it when that is set', async () => {
    const store = folder.open({ maxBytes: 2_000_000 });
    await Promise.all(Array.from({ length: 9000 }, (_, n) => store.set(`k${n}`, lasting(n, 2))));
    expect(store.size).toBe(9000);
    await store.set('large', lasting(Buffer.alloc(1_500_000), 1));

    expect(store.bytes).toBeLessThanOrEqual(2_000_000);
    expect(store.get('large')).toBeDefined();
    expect(store.size).toBeLessThan(4000);
  });

  it('bounds the file under a flood, not only what is counted', async () => {
    const store = folder.open({ maxBytes: 4_000_000 });
    const value = Buffer.alloc(3000, 1);
    for (let round = 0; round < 20; round++) {
      const sets = Array.from({ length: 500 }, (_, n) => store.set(`${round}:${n}`, lasting(value, n % 7)));
      await Promise.all(sets);
      expect(store.bytes).toBeLessThanOrEqual(4_000_000);
    }

    expect(store.size).toBeGreaterThan(700);
    expect(statSync(join(folder.path, 'data.mdb')).size).toBeLessThan(10_000_000);
  });

  it('counts a tag three times: in the record, in its index, and in what leads there', async () => {
    const store = folder.open();
    await store.set('k', lasting(1, 1));
    const bytes = store.bytes!;
    await store.set('k', entryOf(1, { tags: ['t'.repeat(400)] }));

    expect(store.bytes! - bytes).toBeGreaterThanOrEqual(1200);
    expect(store.bytes! - bytes).toBeLessThan(1250);
  });

  it('counts for each namespace by itself', async () => {
    const [one, other] = [folder.open({ namespace: 'a', maxBytes: 5000 }), folder.open({ namespace: 'b' })];
    await other.set('kept', lasting(Buffer.alloc(1000), 1));
    for (let n = 0; n < 20; n++) await one.set(`k${n}`, lasting(Buffer.alloc(1000), 2));

    expect(other.get('kept')).toBeDefined();
    expect([one.size! < 6, other.size]).toEqual([true, 1]);
  });
});

describe('maxEntryBytes', () => {
  it('refuses what is larger, for good, and does not leave the entry before it', async () => {
    const store = folder.open({ maxEntryBytes: 5000 });
    await store.set('k', entryOf('small'));
    const refusal = await store.set('k', entryOf(Buffer.alloc(6000))).catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      code: 'HOLDFAST_ENTRY_TOO_LARGE',
      message: expect.stringContaining('one may take 5000'),
    });
    expect(refusal).toBeInstanceOf(RangeError);
    expect(isPermanent(refusal)).toBe(true);
    expect([store.get('k'), store.size, store.bytes]).toEqual([undefined, 0, 0]);
  });

  it('lets entries of nearly 16 MB be kept, replaced and removed', async () => {
    const store = folder.open();
    const value = Buffer.alloc(16_770_000, 'x');
    await store.set('k', entryOf(value, { tags: ['t'] }));
    await store.set('k', entryOf(value, { tags: ['t'] }));
    expect((store.get('k') as { value: Buffer }).value.equals(value)).toBe(true);
    await store.deleteByTag('t');

    expect(await takeInventory(folder.path)).toEqual({ keys: [], faults: [] });
    await expect(store.set('k', entryOf(Buffer.alloc(16_777_216)))).rejects.toThrow('one may take 16777216');
  });
});

describe('sweepEvery', () => {
  it('removes what is over, and leaves what is not', async () => {
    const clock = new ManualClock();
    const store = folder.open({ clock });
    await Promise.all(Array.from({ length: 1000 }, (_, n) => store.set(`k${n}`, lasting(n, n < 600 ? 1 : 2))));
    await clock.advance(hour - 1);
    expect(store.size).toBe(1000);
    await clock.advance(1);
    await expect.poll(() => store.size).toBe(400);

    expect(store.get('k599')).toBeUndefined();
    expect(store.get('k600')).toBeDefined();
  });

  it('sweeps namespaces that no store uses any more, and what was there before it was opened', async () => {
    const old = folder.open({ namespace: 'v1' });
    await old.set('k', lasting(1, 1));
    await old.close();
    const clock = new ManualClock();
    await folder.open({ namespace: 'v2', clock }).set('k', lasting(2, 1));
    await folder.open({ namespace: 'much longer', clock }).set('k', lasting(2, 2));
    await clock.advance(hour);

    await expect.poll(() => folder.open({ namespace: 'v1' }).size).toBe(0);
    await expect.poll(() => folder.open({ namespace: 'v2' }).size).toBe(0);
    expect(folder.open({ namespace: 'much longer' }).size).toBe(1);
    expect((await takeInventory(folder.path)).faults).toEqual([]);
  });

  it('sets no timer while the store is empty, and none at 0', async () => {
    const clocks = [new ManualClock(), new ManualClock()] as const;
    const store = folder.open({ clock: clocks[0] });
    const never = folder.open({ clock: clocks[1], sweepEvery: 0 });
    expect(clocks[0].pending).toBe(0);
    await Promise.all([store.set('a', lasting(1, 1)), never.set('b', lasting(1, 1))]);

    expect(clocks.map(({ pending }) => pending)).toEqual([1, 0]);
    await store.close();
    expect(clocks[0].pending).toBe(0);
  });

  it('stops when the store is closed, within a sweep too', async () => {
    const clock = new ManualClock();
    const store = folder.open({ clock });
    await Promise.all(Array.from({ length: 2000 }, (_, n) => store.set(`k${n}`, lasting(n, 1))));
    await clock.advance(hour);
    await store.close();
    const { keys, faults } = await takeInventory(folder.path);

    expect(keys.length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });
});

describe('a large removal', () => {
  async function dropsOf(size: () => number | undefined, removal: Promise<void>): Promise<number[]> {
    const drops: number[] = [];
    let done = false;
    const finished = removal.then(() => {
      done = true;
    });
    for (let before = size() as number; !done; before = size() as number) {
      await new Promise(setImmediate);
      drops.push(before - (size() as number));
    }
    await finished;
    return drops;
  }

  it.each(['clear', 'deleteByTag'] as const)(
    'goes in slices, and leaves out what lies between: %s',
    async (operation) => {
      const store = folder.open();
      const keys = Array.from({ length: 2000 }, (_, n) => (n % 2 ? `a:${n}` : `b:${n}`));
      await Promise.all(keys.map((key) => store.set(key, entryOf(1, { tags: ['t'] }))));
      const removal = operation === 'clear' ? store.clear({ prefix: 'a:' }) : store.deleteByTag('*', { prefix: 'a:' });
      const drops = await dropsOf(() => store.size, removal);

      expect(keys.filter((key) => store.get(key))).toEqual(keys.filter((key) => key.startsWith('b')));
      expect(Math.max(...drops)).toBeLessThanOrEqual(500);
    },
  );

  it('goes in smaller slices where entries have many tags', async () => {
    const store = folder.open();
    const tags = Array.from({ length: 98 }, (_, n) => `t${n}`);
    await Promise.all(Array.from({ length: 200 }, (_, n) => store.set(`k${n}`, entryOf(1, { tags }))));
    const drops = await dropsOf(() => store.size, store.clear());

    expect(store.size).toBe(0);
    expect(Math.max(...drops)).toBeLessThanOrEqual(20);
  });
});
