import assert from 'node:assert/strict';
import type { StoreCall } from '../../../policies/cache/index.js';
import type { Demand } from './cache-store-demand.js';
import { isOneOf, type Trial } from './cache-store-trial.js';

const hundred = Array.from({ length: 100 }, (_, index) => index);

/** That aborting, closing and opening again leave nothing half-done. */
export const lifeDemands: readonly Demand[] = [
  {
    title: 'does all or nothing of a set whose signal aborts, before it or meanwhile',
    check: async (trial) => {
      const [old, next] = [trial.entry('old', { tags: ['old'] }), trial.entry('next', { tags: ['next'] })];
      for (const call of [aborted, abortedSoon]) {
        await trial.set('key', old);
        const done = await succeeds(trial.set('key', next, call()));
        const found = await trial.get('key');
        assert.ok(
          found !== undefined && isOneOf(found, done ? [next] : [old, next]),
          'neither is there, or not the one that was set',
        );
        await trial.deleteByTag(isOneOf(found, [old]) ? 'next' : 'old');
        await trial.has('key', found);
        await trial.deleteByTag(isOneOf(found, [old]) ? 'old' : 'next');
        await trial.lacks('key');
      }
    },
  },
  {
    title: 'does all or nothing of a delete and a sweep whose signal aborts',
    check: async (trial) => {
      const acts = [
        (call: StoreCall) => trial.delete('key', call),
        (call: StoreCall) => trial.deleteByTag('tag', '', call),
        (call: StoreCall) => trial.clear('', call),
      ];
      for (const [call, act] of acts.flatMap((one) => [[aborted, one] as const, [abortedSoon, one] as const])) {
        const entry = trial.entry('kept', { tags: ['tag'] });
        await trial.set('key', entry);
        const done = await succeeds(act(call()));
        const found = await trial.get('key');
        assert.ok(!(done && found !== undefined), 'what was dropped is still there');
        if (found === undefined) continue;
        await trial.has('key', entry);
        await trial.deleteByTag('tag');
        await trial.lacks('key');
      }
    },
  },
  {
    title: 'answers a get whose signal aborts rightly or not at all, and the next one rightly',
    check: async (trial) => {
      const entry = trial.entry('kept');
      await trial.set('key', entry);
      for (const call of [aborted, abortedSoon]) {
        const [found] = await Promise.allSettled([trial.get('key', call())]);
        if (found.status === 'fulfilled') assert.ok(found.value && isOneOf(found.value, [entry]), 'another answer');
        await trial.has('key', entry);
      }
    },
  },
  {
    title: 'keeps what it was told before it was closed',
    of: 'closes',
    check: async (trial) => {
      trial.mustClose();
      const settled: string[] = [];
      const sets = hundred.map((index) =>
        trial.set(`key ${index}`, trial.entry(index)).then(
          () => settled.push('kept'),
          (error) => settled.push(`refused: ${error}`),
        ),
      );
      await trial.close();
      assert.deepEqual([...new Set(settled)], ['kept'], 'close() did not wait for what was under way');
      assert.equal(settled.length, sets.length, 'close() did not wait for all that was under way');
    },
  },
  {
    title: 'may be closed twice, also at the same time',
    of: 'closes',
    check: async (trial) => {
      trial.mustClose();
      await trial.set('key', trial.entry(1));
      await Promise.all([trial.close(), trial.close()]);
      await trial.close();
    },
  },
  {
    title: 'refuses every operation once it is closed, with an error that says so',
    of: 'closes',
    check: async (trial) => {
      trial.mustClose();
      await trial.set('key', trial.entry(1));
      await trial.close();
      const says = { message: /close/i };
      await assert.rejects(trial.get('key'), says, 'get');
      await assert.rejects(trial.set('key', trial.entry(2)), says, 'set');
      await assert.rejects(trial.delete('key'), says, 'delete');
      await assert.rejects(trial.deleteByTag('tag'), says, 'deleteByTag');
      await assert.rejects(trial.clear(), says, 'clear');
    },
  },
  {
    title: 'gives everything again when it is reopened: entries, tags, and what was dropped',
    of: 'survives',
    check: async (trial) => {
      const entry = trial.entry({ kept: true }, { tags: ['tag', 'other'], version: 'v', loadTime: 3 });
      const long = 'k'.repeat(10_000);
      const untouched = [
        trial.set('a/tagged', entry),
        trial.set('b/tagged', entry),
        trial.set(long, trial.entry(long)),
      ];
      await Promise.all([...untouched, trial.set('a/deleted', entry), trial.set('c/cleared', entry)]);
      await trial.set('retagged', entry);
      await trial.set('retagged', trial.entry(2, { tags: ['new'] }));
      await trial.delete('a/deleted');
      await trial.clear('c/');
      await trial.close();

      const again = await trial.reopened();
      await again.has('a/tagged', entry);
      await again.lacks('a/deleted', 'c/cleared');
      await again.deleteByTag('t*', 'a/');
      const keys = ['a/tagged', 'b/tagged', long, 'retagged'];
      assert.deepEqual(await again.among(keys), ['b/tagged', long, 'retagged']);
    },
  },
  {
    title: 'has what a set confirmed right before the end, when it is reopened',
    of: 'survives',
    check: async (trial) => {
      const entries = hundred.map((index) => trial.entry({ index }));
      await Promise.all(entries.map((entry, index) => trial.set(`key ${index}`, entry)));
      await trial.close();
      const again = await trial.reopened();
      for (const [index, entry] of entries.entries()) await again.has(`key ${index}`, entry);
    },
  },
  {
    title: 'does not call itself volatile, since it is none',
    of: 'survives',
    check: async ({ store }: Trial) => assert.notEqual(store.volatile, true, 'volatile is true'),
  },
];

function aborted(): StoreCall {
  return { signal: AbortSignal.abort(new Error('nobody waits')) };
}

/** Aborts once the operation has begun. */
function abortedSoon(): StoreCall {
  const controller = new AbortController();
  queueMicrotask(() => controller.abort(new Error('nobody waits any more')));
  return { signal: controller.signal };
}

async function succeeds(act: Promise<unknown>): Promise<boolean> {
  const [settled] = await Promise.allSettled([act]);
  return settled.status === 'fulfilled';
}
