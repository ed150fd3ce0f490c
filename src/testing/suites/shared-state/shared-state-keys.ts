import assert from 'node:assert/strict';
import type { SharedLimit } from '../../../core/index.js';
import { upTo } from '../up-to.js';
import { Ear } from './shared-state-ear.js';
import type { Demand, Handle } from './shared-state-trial.js';

const once: SharedLimit = { algorithm: 'fixed-window', limit: 1, per: 60_000 };
const few: SharedLimit = { algorithm: 'token-bucket', limit: 5, per: 60_000 };
const strange = ['*', 'a*', '?', '[a]', '\0', 'a\0b', '\n', "'", '"', '%', '$1', '__proto__', '鼠', '🐁'];
const braces = ['{a}', '{b}', '{a}b', '{', '}', '{}', '{}a', '}{']; // where a cluster looks for what belongs together
const keys = ['a', 'A', 'a ', ' a', 'aa', 'a:a', 'a:', ':a', 'a/b', '1', '01', 'é', 'e\u0301', ...strange, ...braces];
const long = upTo(3).map((index) => 'k'.repeat(511) + index);

/** That nothing meets what it has nothing to do with. */
export const keyDemands: readonly Demand[] = [
  {
    title: 'keeps apart the permits of keys of any characters',
    check: async (trial) => {
      const one = await trial.open();
      for (const key of [...keys, ...long])
        assert.ok((await one.take(key, 1, once, few)).granted, `${show(key)} is taken`);
      for (const key of [...keys, ...long])
        assert.ok(!(await one.take(key, 1, once, few)).granted, `${show(key)} is free`);
    },
  },
  {
    title: 'keeps apart the circuits of keys of any characters',
    check: async (trial) => {
      const one = await trial.open();
      for (const [index, key] of [...keys, ...long].entries()) {
        const { version, openings } = await one.read(key);
        assert.equal(openings, 0, `${show(key)} was moved`);
        await one.move(key, version, { is: 'open', after: 60_000, openings: index + 1 });
      }
      for (const [index, key] of [...keys, ...long].entries())
        assert.equal((await one.read(key)).openings, index + 1, `${show(key)} was moved with another`);
    },
  },
  {
    title: 'keeps apart the leases of keys of any characters',
    check: async (trial) => {
      const one = await trial.open();
      for (const key of [...keys, ...long]) await one.lease(key, 60_000);
      for (const key of [...keys, ...long])
        assert.ok(!(await one.acquire(key, 60_000)).granted, `${show(key)} is free`);
    },
  },
  {
    title: 'keeps apart permits, circuits, leases and channels of one key',
    check: async (trial) => {
      const one = await trial.open();
      await isUntouched(one, 'key');
    },
  },
  {
    title: 'keeps apart what has other prefixes',
    of: 'prefixes',
    check: async (trial) => {
      const [plain, a, ab] = [await trial.open(), await trial.open('a'), await trial.open('a:b')];
      await isUntouched(plain, 'a:b:key');
      await isUntouched(a, 'b:key');
      await isUntouched(ab, 'key');
      for (const one of [plain, a, ab]) await isUntouched(one, 'same');
      const same = await trial.open('a');
      assert.ok(!(await same.take('b:key', 1, once)).granted, 'one prefix is one application');
    },
  },
  {
    title: 'keeps apart the messages on one channel of what has other prefixes',
    of: 'prefixes',
    check: async (trial) => {
      const handles = [await trial.open(), await trial.open('a'), await trial.open('b')];
      const ears = await Promise.all(handles.map((one) => Ear.at(one, 'news')));
      for (const [index, one] of handles.entries()) await one.publish('news', `from ${index}`);
      for (const one of handles) await one.publish('news', 'end');
      for (const [index, ear] of ears.entries())
        assert.deepEqual(await ear.hears('end'), [`from ${index}`, 'end'], 'messages that were heard under one prefix');
    },
  },
];

/** Uses a key in all ways, and finds it unused in each. */
async function isUntouched(one: Handle, key: string): Promise<void> {
  assert.ok((await one.take(key, 1, once)).granted, 'its permits are taken');
  const { version, is } = await one.read(key);
  assert.equal(is, 'closed', 'its circuit was moved');
  await one.move(key, version, { is: 'open', after: 60_000, openings: 1 });
  await one.lease(key, 60_000);
  const ear = await Ear.at(one, key);
  await one.publish(key, 'end');
  assert.deepEqual(await ear.hears('end'), ['end'], 'it hears what was not meant for it');
}

function show(key: string): string {
  return JSON.stringify(key.slice(-20));
}
