import assert from 'node:assert/strict';
import { seededRandom } from '../../../core/index.js';
import type { CacheEntry } from '../../../policies/cache/index.js';
import type { Demand } from './cache-store-demand.js';
import { assertSame } from './cache-store-trial.js';

const later = 60_000;

/** That times are kept, and entries as long as any of them is ahead. */
export const timeDemands: readonly Demand[] = [
  {
    title: 'keeps times to their fractions, and times without end',
    check: async (trial) => {
      const createdAt = trial.now() - 1 / 3;
      const never = Number.POSITIVE_INFINITY;
      const entries = [
        trial.entry(1, { createdAt, freshUntil: createdAt + 1e6 / 7, staleUntil: createdAt + 1e6 / 3, loadTime: 0.1 }),
        trial.entry(1, { createdAt: 0, freshUntil: never, staleUntil: never, errorUntil: never, loadTime: 0 }),
      ];
      for (const entry of entries) {
        await trial.set('times', entry);
        await trial.has('times', entry);
      }
    },
  },
  ...(['freshUntil', 'staleUntil', 'errorUntil'] as const).map<Demand>((last) => ({
    title: `keeps an entry as long as ${last} is ahead, though its other times are over`,
    check: async (trial) => {
      const createdAt = trial.now() - 10_000;
      const over = { createdAt, freshUntil: createdAt + 1, staleUntil: createdAt + 1, errorUntil: createdAt + 1 };
      const entry = trial.entry('late', { ...over, [last]: trial.now() + later });
      await trial.set('late', entry);
      await trial.has('late', entry);
    },
  })),
  {
    title: 'gives an entry that is over as it was, or not at all',
    check: async (trial) => {
      const entry = trial.entry('over', over(trial.now()));
      await trial.set('over', entry);
      const found = await trial.get('over');
      if (found !== undefined) assertSame(found, entry, 'that is over');
    },
  },
  {
    title: 'keeps an entry that follows on one that was over',
    check: async (trial) => {
      await trial.set('again', trial.entry('over', { ...over(trial.now()), tags: ['old'] }));
      const entry = trial.entry('new');
      await trial.set('again', entry);
      await trial.deleteByTag('old');
      await trial.has('again', entry);
    },
  },
  {
    title: 'gives what was set last, though it was created before',
    check: async (trial) => {
      await trial.set('order', trial.entry('first'));
      const entry = trial.entry('second', { createdAt: trial.now() - 5000 });
      await trial.set('order', entry);
      await trial.has('order', entry);
    },
  },
  {
    title: 'counts its entries and their bytes, where it counts',
    check: async (trial) => {
      const { store } = trial;
      for (const key of ['a', 'b', 'c', 'c']) await trial.set(key, trial.entry(key));
      await trial.delete('b');
      if (store.size !== undefined) assert.equal(store.size, 2, `there are 2 entries, not ${store.size}`);
      const { bytes } = store;
      await trial.set('d', trial.entry(noise(100_000)));
      if (bytes !== undefined) assert.ok(Number(store.bytes) >= bytes + 50_000, '100000 bytes more are not counted');
      await trial.clear();
      if (store.size !== undefined) assert.equal(store.size, 0, `there are no entries, not ${store.size}`);
    },
  },
];

function over(now: number): Pick<CacheEntry, 'createdAt' | 'freshUntil' | 'staleUntil' | 'errorUntil'> {
  return { createdAt: now - 4000, freshUntil: now - 3000, staleUntil: now - 2000, errorUntil: now - 1000 };
}

/** Bytes that no compression makes fewer. */
function noise(length: number): Uint8Array {
  const random = seededRandom(1);
  return Uint8Array.from({ length }, () => random.next() * 256);
}
