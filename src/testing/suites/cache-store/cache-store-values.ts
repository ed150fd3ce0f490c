import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Demand } from './cache-store-demand.js';
import { assertSame, type Trial } from './cache-store-trial.js';

const falsy = [undefined, null, 0, -0, '', false, Number.NaN, 0n];

const megabyte = 1024 * 1024;

/** That what comes back is what went in. */
export const valueDemands: readonly Demand[] = [
  {
    title: 'gives nothing for a key that it never saw',
    check: async (trial) => {
      await trial.set('one', trial.entry(1));
      await trial.lacks('other', 'on', 'one1', '');
    },
  },
  {
    title: 'gives an entry whole: value, times, tags, version and loadTime',
    check: async (trial) => {
      const entry = trial.entry({ name: 'Ada' }, { tags: ['user', 'user:1'], version: 'v2', loadTime: 12.5 });
      await trial.set('user', entry);
      await trial.has('user', entry);
    },
  },
  {
    title: 'gives an entry without loadTime, tags and version without them, also after one with them',
    check: async (trial) => {
      await trial.set('user', trial.entry(1, { loadTime: 5, tags: ['a'], version: 'v2' }));
      const bare = trial.entry(1, { version: '' });
      await trial.set('user', bare);
      await trial.has('user', bare);
    },
  },
  ...falsy.map<Demand>((value) => ({
    title: `keeps ${inspect(value)} as a value`,
    of: 'anything',
    check: async (trial) => {
      const entry = trial.entry(value);
      await trial.set('falsy', entry);
      await trial.has('falsy', entry);
    },
  })),
  {
    title: 'keeps nested data: lists, dates, maps, sets, big numbers, typed arrays',
    of: 'anything',
    check: async (trial) => {
      const list = [1, [2.5, undefined, null], { deep: { er: [true, Number.POSITIVE_INFINITY] } }];
      const kinds = [new Date(86_400_000), new Map([['a', new Set([1])]]), 2n ** 70n, new Float64Array([0.1, -1])];
      const entry = trial.entry({ list, kinds });
      await trial.set('nested', entry);
      await trial.has('nested', entry);
    },
  },
  {
    title: 'keeps text of all languages, in values, tags and versions',
    check: async (trial) => {
      const text = 'žluťoučký 鼠 🐁 👩‍👩‍👧 \u0000 \u2028 e\u0301 \u{10ffff}';
      const entry = trial.entry(text, { tags: [text, 'é', 'e\u0301'], version: text });
      await trial.set('text', entry);
      await trial.has('text', entry);
    },
  },
  {
    title: 'keeps bytes as bytes: none, each of the 256, and only those that a view shows',
    check: async (trial) => {
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      for (const bytes of [new Uint8Array(), all, all.subarray(100, 110), Buffer.from('héllo')]) {
        const entry = trial.entry(new Uint8Array(bytes));
        await trial.set('bytes', { ...entry, value: bytes });
        await trial.has('bytes', entry);
        assert.ok(isBytes((await trial.get('bytes'))?.value), 'the value is no Uint8Array');
      }
    },
  },
  {
    title: 'keeps a value of a megabyte, as text and as bytes',
    check: async (trial) => {
      const bytes = Uint8Array.from({ length: megabyte }, (_, index) => index * 7 + (index >> 8));
      const entries = [trial.entry('0123456789abcdeé'.repeat(megabyte / 16)), trial.entry(bytes)];
      for (const entry of entries) {
        await trial.set('large', entry);
        await trial.has('large', entry);
      }
    },
  },
  {
    title: 'keeps a hundred tags in their order, and a tag of 5000 characters',
    check: async (trial) => {
      const tags = [...Array.from({ length: 100 }, (_, index) => `tag ${(index * 37) % 100}`), 't'.repeat(5000)];
      const entry = trial.entry(1, { tags });
      await trial.set('tagged', entry);
      await trial.has('tagged', entry);
      await trial.deleteByTag('t'.repeat(5000));
      await trial.lacks('tagged');
    },
  },
  {
    title: 'keeps what a value was when it was set, whatever the caller does to it later',
    of: 'copies',
    check: async (trial) => {
      for (const value of changeable(trial)) {
        const tags = ['a'];
        const entry = trial.entry(value, { tags });
        const asSet = structuredClone(entry);
        const setting = trial.set('key', entry);
        change(value); // before the store has answered
        tags.push('b');
        await setting;
        change(value);
        await trial.has('key', asSet);
      }
    },
  },
  {
    title: 'gives values of which callers may change theirs',
    of: 'copies',
    check: async (trial) => {
      for (const value of changeable(trial)) {
        const entry = structuredClone(trial.entry(value));
        await trial.set('key', { ...entry, value });
        const [first, second] = [await trial.get('key'), await trial.get('key')];
        assert.ok(first && second, 'there is no entry');
        change(first.value);
        assertSame(second, entry, 'that was given before');
        await trial.has('key', entry);
      }
    },
  },
];

/** Also those of another realm, as test runners have them. */
function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && value.BYTES_PER_ELEMENT === 1;
}

function changeable(trial: Trial): unknown[] {
  return [new Uint8Array([1, 2, 3]), trial.entry({ list: [1] }).value];
}

function change(value: unknown): void {
  if (ArrayBuffer.isView(value)) (value as Uint8Array)[0] = ((value as Uint8Array)[0] ?? 0) + 1;
  else (value as { list: number[] }).list.push(2);
}
