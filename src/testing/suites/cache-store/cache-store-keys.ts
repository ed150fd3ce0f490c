import assert from 'node:assert/strict';
import type { Demand } from './cache-store-demand.js';
import type { Trial } from './cache-store-trial.js';

const ordinary = ['a', 'A', 'a ', ' a', 'ab', 'a/b', 'a:b', 'a\\b', 'a%2Fb', 'a+b', '1', '01', '1.0', '{"a":1}', '[1]'];
const strange = [
  '',
  ' ',
  '\0',
  'a\0',
  'a\0b',
  '\n',
  '\r\n',
  '\u2028',
  '*',
  'a*',
  '?',
  '.',
  '..',
  '../a',
  "'",
  '"',
  '$1',
  '%',
  '_',
];
const foreign = ['é', 'e\u0301', 'ß', 'SS', 'İ', 'i', '鼠', '🐁', '\uffff', '\u{10ffff}', 'NUL', 'null', 'undefined'];
const inherited = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];

/** Each half alone is written as the same replacement character wherever text becomes UTF-8 carelessly. */
const halves = ['\ud800', '\udbff', '\udc00', '\udfff', '\ufffd', 'a\ud800', 'a\ud801', '\ud800a'];

const long = 'k'.repeat(9999);

/** That entries of different keys never meet. */
export const keyDemands: readonly Demand[] = [
  {
    title: 'keeps apart keys of any characters',
    check: (trial) => areApart(trial, [...ordinary, ...strange, ...foreign]),
  },
  {
    title: 'keeps apart keys that objects inherit, and has none of them to begin with',
    check: async (trial) => {
      await trial.lacks(...inherited);
      await areApart(trial, inherited);
    },
  },
  {
    title: 'keeps apart keys with halves of characters (lone surrogates)',
    check: (trial) => areApart(trial, halves),
  },
  {
    title: 'keeps apart keys of 10000 characters that differ in one',
    check: (trial) => areApart(trial, [`${long}a`, `${long}b`, `a${long}`, `b${long}`, long, '鼠'.repeat(10_000)]),
  },
  {
    title: 'replaces an entry by the one that is set later, and no other',
    check: async (trial) => {
      const other = trial.entry('other');
      await trial.set('key', trial.entry('first'));
      await trial.set('key2', other);
      const entry = trial.entry('second');
      await trial.set('key', entry);
      await trial.has('key', entry);
      await trial.has('key2', other);
    },
  },
  {
    title: 'deletes one entry, and tells whether there was one',
    check: async (trial) => {
      const entry = trial.entry(undefined);
      for (const key of ['one', 'one1', 'on']) await trial.set(key, entry);
      assert.equal(await trial.delete('one'), true, 'there was one');
      assert.equal(await trial.delete('one'), false, 'there was none any more');
      assert.equal(await trial.delete('never'), false, 'there never was one');
      await trial.lacks('one');
      await trial.has('one1', entry);
      await trial.has('on', entry);
    },
  },
  {
    title: 'takes an entry again for a key that was deleted',
    check: async (trial) => {
      await trial.set('key', trial.entry('first', { tags: ['old'] }));
      await trial.delete('key');
      const entry = trial.entry('second');
      await trial.set('key', entry);
      await trial.deleteByTag('old');
      await trial.has('key', entry);
    },
  },
];

/** Each key has its own entry, with a tag of its own; dropping one leaves the others. */
async function areApart(trial: Trial, keys: readonly string[]): Promise<void> {
  const entries = keys.map((key, index) => trial.entry(`${index}: ${key.slice(0, 20)}`, { version: String(index) }));
  for (const [index, key] of keys.entries()) await trial.set(key, at(entries, index));
  for (const [index, key] of keys.entries()) await trial.has(key, at(entries, index));
  for (const [index, key] of keys.entries()) {
    assert.equal(await trial.delete(key), true, `${JSON.stringify(key.slice(-20))} was dropped with another`);
    const next = keys[index + 1];
    if (next !== undefined) await trial.has(next, at(entries, index + 1));
  }
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
