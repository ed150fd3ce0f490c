import assert from 'node:assert/strict';
import type { Demand } from './cache-store-demand.js';

const thirty = Array.from({ length: 30 }, (_, index) => index);

/** That several handles on the same entries see what each of them does. */
export const sharingDemands: readonly Demand[] = [
  {
    title: 'shows to one handle what another has set, replaced and deleted',
    of: 'shared',
    check: async (trial) => {
      const other = await trial.another();
      const [first, second] = [trial.entry('first', { tags: ['a'] }), trial.entry('second')];
      await trial.set('key', first);
      await other.has('key', first);
      await other.set('key', second);
      await trial.has('key', second);
      assert.equal(await trial.delete('key'), true, 'there was one, set by the other handle');
      await other.lacks('key');
      assert.equal(await other.delete('key'), false, 'the other handle had deleted it');
    },
  },
  {
    title: 'drops by tag and clears what another handle has set',
    of: 'shared',
    check: async (trial) => {
      const other = await trial.another();
      await trial.set('a/1', trial.entry(1, { tags: ['tag'] }));
      await other.deleteByTag('t*', 'a/');
      await trial.lacks('a/1');
      await other.set('a/2', trial.entry(2));
      await trial.clear('a/');
      await other.lacks('a/2');
    },
  },
  {
    title: 'forgets the tags of an entry that another handle has replaced',
    of: 'shared',
    check: async (trial) => {
      const other = await trial.another();
      await trial.set('key', trial.entry(1, { tags: ['old'] }));
      const entry = trial.entry(2, { tags: ['new'] });
      await other.set('key', entry);
      await trial.deleteByTag('old');
      await other.has('key', entry);
      await trial.deleteByTag('new');
      await other.lacks('key');
    },
  },
  {
    title: 'does not call itself volatile, since others see what it keeps',
    of: 'shared',
    check: async ({ store }) => assert.notEqual(store.volatile, true, 'volatile is true'),
  },
  {
    title: 'lets several handles write at the same time, and keeps what each has written',
    of: 'shared',
    check: async (trial) => {
      const handles = [trial, await trial.another()];
      const entries = thirty.map((index) => trial.entry(index, { tags: [`tag ${index % 3}`] }));
      const writer = (index: number) => handles[index % 2] ?? trial;
      await Promise.all(entries.map((entry, index) => writer(index).set(`key ${index}`, entry)));
      for (const [index, entry] of entries.entries()) await writer(index + 1).has(`key ${index}`, entry);
      await Promise.all(handles.map((handle, index) => handle.deleteByTag(`tag ${index}`)));
      const left = await trial.among(thirty.map((index) => `key ${index}`));
      assert.equal(left.length, 10, `${left.length} entries are left instead of 10`);
    },
  },
  {
    title: 'closes one handle and leaves the other open',
    of: 'shared',
    check: async (trial) => {
      const other = await trial.another();
      const entry = trial.entry('kept');
      await trial.set('key', entry);
      await other.close();
      await trial.has('key', entry);
      await trial.delete('key');
      await trial.lacks('key');
    },
  },
];
