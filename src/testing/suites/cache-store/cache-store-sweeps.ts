import assert from 'node:assert/strict';
import type { Demand } from './cache-store-demand.js';
import type { Trial } from './cache-store-trial.js';

const tags = ['user', 'user:1', 'user:42', 'group:42', 'a-b-c', 'abc', 'a.c', 'ab', 'a[b]', 'a|b', 'C:\\x', 'é:1'];

const wild: Readonly<Record<string, readonly string[]>> = {
  'user:*': ['user:1', 'user:42'],
  'user:42*': ['user:42'],
  'user*': ['user', 'user:1', 'user:42'],
  '*:42': ['user:42', 'group:42'],
  '*r:*': ['user:1', 'user:42'],
  'a*b*c': ['a-b-c', 'abc'],
  'a*c': ['a-b-c', 'abc', 'a.c'],
  'a*bc*c': [],
  'ab*b': [],
  'user:**2': ['user:42'],
  'é*': ['é:1'],
  '*': tags,
  '**': tags,
};

const literal: Readonly<Record<string, readonly string[]>> = {
  user: ['user'],
  'a.c': ['a.c'],
  'a[b]': ['a[b]'],
  'a[*': ['a[b]'],
  'a|b': ['a|b'],
  'C:\\x': ['C:\\x'],
  '*\\x': ['C:\\x'],
  'a?c': [],
  a_c: [],
  'a%c': [],
  'a.*': ['a.c'],
  '[a]*': [],
  '^user$': [],
  us: [],
  ser: [],
  '': [],
};

const left = 'keys whose entries are still there';
const letters = { 'USER:*': [], User: [], 'É:1': [] };

const prefixed = ['a/1', 'a/', 'a/b/2', 'a/\uffff', 'a/\u{10ffff}', 'a/鼠'];
const others = ['a', 'ab/1', 'A/1', 'b/a/1', 'a0', 'a.', ' a/1', ''];
const literalPrefixes = ['a%', 'a_', 'a.', 'a*', '[a]', 'a\\', '^a', 'é/'];

/** That sweeps drop all that is meant, and nothing else. */
export const sweepDemands: readonly Demand[] = [
  { title: 'drops by a pattern in which * is any characters, none included', check: (trial) => dropsBy(trial, wild) },
  { title: 'takes every other character of a pattern as it is', check: (trial) => dropsBy(trial, literal) },
  { title: 'tells large from small letters in patterns', check: (trial) => dropsBy(trial, letters) },
  {
    title: 'drops an entry by any of its tags',
    check: async (trial) => {
      for (const tag of ['first', 'second', 'th*']) {
        await trial.set('key', trial.entry(1, { tags: ['first', 'second', 'third', 'first'] }));
        await trial.deleteByTag(tag);
        await trial.lacks('key');
      }
    },
  },
  {
    title: 'leaves entries without tags to patterns that every tag fits',
    check: async (trial) => {
      const entry = trial.entry(1);
      await trial.set('key', entry);
      await trial.deleteByTag('*');
      await trial.deleteByTag('');
      await trial.has('key', entry);
    },
  },
  {
    title: 'forgets the tags of an entry that was replaced',
    check: async (trial) => {
      await trial.set('key', trial.entry(1, { tags: ['old', 'both'] }));
      const entry = trial.entry(2, { tags: ['new', 'both'] });
      await trial.set('key', entry);
      await trial.deleteByTag('old');
      await trial.has('key', entry);
      await trial.deleteByTag('new');
      await trial.lacks('key');
    },
  },
  {
    title: 'forgets the tags of entries that were swept away',
    check: async (trial) => {
      const sweeps = [() => trial.deleteByTag('swept'), () => trial.clear(), () => trial.clear('k')];
      for (const sweep of sweeps) {
        await trial.set('key', trial.entry(1, { tags: ['swept', 'old'] }));
        await sweep();
        const entry = trial.entry(2);
        await trial.set('key', entry);
        await trial.deleteByTag('old');
        await trial.has('key', entry);
      }
    },
  },
  {
    title: 'clears the keys with a prefix, and no others',
    check: async (trial) => {
      await fill(trial, [...prefixed, ...others]);
      await trial.clear('a/');
      assert.deepEqual(await trial.among([...prefixed, ...others]), others, left);
    },
  },
  {
    title: 'drops by tag among the keys with a prefix, and no others',
    check: async (trial) => {
      await fill(trial, [...prefixed, ...others], ['tag']);
      await trial.deleteByTag('tag', 'a/');
      assert.deepEqual(await trial.among([...prefixed, ...others]), others, left);
      await trial.deleteByTag('t*', 'a');
      assert.deepEqual(await trial.among(others), ['A/1', 'b/a/1', ' a/1', ''], left);
    },
  },
  {
    title: 'takes every character of a prefix as it is',
    check: async (trial) => {
      const keys = literalPrefixes.map((prefix) => `${prefix}1`);
      for (const [index, prefix] of literalPrefixes.entries()) {
        await fill(trial, [...keys, 'a1', 'abc1'], ['tag']);
        if (index % 2 === 0) await trial.clear(prefix);
        else await trial.deleteByTag('tag', prefix);
        assert.deepEqual(await trial.among([...keys, 'a1', 'abc1']), [...keys.toSpliced(index, 1), 'a1', 'abc1']);
      }
    },
  },
  {
    title: 'clears everything where the prefix is empty, and takes entries again',
    check: async (trial) => {
      await fill(trial, [...prefixed, ...others], ['tag']);
      await trial.clear();
      assert.deepEqual(await trial.among([...prefixed, ...others]), [], left);
      const entry = trial.entry('again');
      await trial.set('a/1', entry);
      await trial.has('a/1', entry);
    },
  },
  {
    title: 'sweeps what is not there without complaint',
    check: async (trial) => {
      await trial.clear();
      await trial.clear('a/');
      await trial.deleteByTag('tag');
      await trial.deleteByTag('*', 'a/');
      await trial.set('key', trial.entry(1));
      await trial.deleteByTag('tag', 'other/');
      assert.deepEqual(await trial.among(['key']), ['key'], left);
    },
  },
];

async function dropsBy(trial: Trial, table: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [pattern, dropped] of Object.entries(table)) {
    for (const tag of tags) await trial.set(`key of ${tag}`, trial.entry(tag, { tags: [tag] }));
    await trial.deleteByTag(pattern);
    const left = await trial.among(tags.map((tag) => `key of ${tag}`));
    const expected = tags.filter((tag) => !dropped.includes(tag)).map((tag) => `key of ${tag}`);
    assert.deepEqual(left, expected, `after deleteByTag('${pattern}') there are ${left} instead of ${expected}`);
  }
}

async function fill(trial: Trial, keys: readonly string[], withTags: readonly string[] = []): Promise<void> {
  for (const key of keys) await trial.set(key, trial.entry(key, { tags: withTags }));
}
