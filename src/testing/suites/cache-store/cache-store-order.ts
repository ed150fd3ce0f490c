import assert from 'node:assert/strict';
import type { Demand } from './cache-store-demand.js';
import { isOneOf } from './cache-store-trial.js';

const thousand = Array.from({ length: 1000 }, (_, index) => index);
const thirty = thousand.slice(0, 30);

/** That operations at the same time do not mix. */
export const orderDemands: readonly Demand[] = [
  {
    title: 'keeps a thousand entries that are set at the same time',
    check: async (trial) => {
      const entries = thousand.map((index) => trial.entry({ index }, { tags: [`tag ${index}`, `odd ${index % 2}`] }));
      await Promise.all(entries.map((entry, index) => trial.set(`key ${index}`, entry)));
      await Promise.all(entries.map((entry, index) => trial.has(`key ${index}`, entry)));
      await trial.deleteByTag('odd 1');
      const left = await Promise.all(thousand.map((index) => trial.get(`key ${index}`)));
      assert.equal(left.filter((entry) => entry !== undefined).length, 500, 'half of them were to be dropped');
    },
  },
  {
    title: 'ends with the entry that was set last, when many are set for one key at the same time',
    check: async (trial) => {
      const entries = thirty.map((index) =>
        trial.entry(`value ${index}`, { tags: [`tag ${index}`], version: `${index}` }),
      );
      await Promise.all(entries.map((entry) => trial.set('key', entry)));
      const last = entries.at(-1) as (typeof entries)[number];
      await trial.has('key', last);
      await Promise.all(thirty.slice(0, -1).map((index) => trial.deleteByTag(`tag ${index}`)));
      await trial.has('key', last);
      await trial.deleteByTag(`tag ${thirty.length - 1}`);
      await trial.lacks('key');
    },
  },
  {
    title: 'ends as the last operation says, when a key is set and deleted at the same time',
    check: async (trial) => {
      const entry = trial.entry('kept', { tags: ['tag'] });
      await Promise.all([trial.set('dropped', entry), trial.delete('dropped')]);
      await Promise.all([trial.set('kept', trial.entry('old')), trial.delete('kept'), trial.set('kept', entry)]);
      await trial.lacks('dropped');
      await trial.has('kept', entry);
    },
  },
  {
    title: 'gives one entry or another, whole, while a key is being set',
    check: async (trial) => {
      const entries = thirty.map((index) => {
        const value = { index, text: String(index).repeat(1000) };
        return trial.entry(value, { createdAt: trial.now() - index, tags: [`${index}`], version: `${index}` });
      });
      const first = trial.entry('first');
      await trial.set('key', first);
      const gets: ReturnType<typeof trial.get>[] = [];
      const sets = entries.map((entry) => {
        gets.push(trial.get('key'));
        return trial.set('key', entry).finally(() => gets.push(trial.get('key')));
      });
      await Promise.all(sets);
      for (const found of await Promise.all(gets)) {
        assert.ok(found !== undefined, 'the entry was gone for a while');
        assert.ok(isOneOf(found, [first, ...entries]), 'nobody has set such an entry');
      }
    },
  },
  {
    title: 'shows a set that has resolved to every later get, also while others wait',
    check: async (trial) => {
      for (const index of thirty) {
        const entry = trial.entry(index);
        const earlier = trial.get('key');
        await trial.set('key', entry);
        await trial.has('key', entry);
        await earlier;
      }
    },
  },
  {
    title: 'shows a delete that has resolved to every later get, also while others wait',
    check: async (trial) => {
      for (const index of thirty) {
        await trial.set('key', trial.entry(index));
        const earlier = trial.get('key');
        await trial.delete('key');
        await trial.lacks('key');
        await earlier;
      }
    },
  },
  {
    title: 'shows a sweep that has resolved to every later get',
    check: async (trial) => {
      const sweeps = [() => trial.clear(), () => trial.deleteByTag('tag'), () => trial.clear('k')];
      for (const sweep of [...sweeps, ...sweeps]) {
        await trial.set('key', trial.entry(1, { tags: ['tag'] }));
        const earlier = trial.get('key');
        await sweep();
        await trial.lacks('key');
        await earlier;
      }
    },
  },
  {
    title: 'keeps what is set once a sweep has resolved',
    check: async (trial) => {
      for (const index of thirty) {
        const entry = trial.entry(index, { tags: ['tag'] });
        await Promise.all([trial.set('key', entry), trial.clear(), trial.deleteByTag('tag')]);
        await trial.set('key', entry);
        await trial.has('key', entry);
      }
    },
  },
];
