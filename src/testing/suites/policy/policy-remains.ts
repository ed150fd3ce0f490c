import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { collectGarbage } from '../../leaks/leak-garbage.js';
import { watchLeaks } from '../../leaks/leak-watch.js';
import { settle } from '../../manual-clock.js';
import { upTo } from '../up-to.js';
import { type Demand, type PolicyTrial, reasonOf } from './policy-trial.js';

const failing = () => Promise.reject(new Error('failed'));

/** That nothing is left of calls that are over, and that many of them are no trouble. */
export const remainsDemands: readonly Demand[] = [
  {
    title: 'leaves no alarm behind when calls are over',
    check: async (trial) => {
      for (const work of [() => 1, failing]) {
        await trial.outcome(trial.invoke(work));
        assert.equal(trial.clock.pending, 0, 'alarms that are still armed');
      }
    },
  },
  {
    title: 'leaves no timer of its own behind, beside the clock of its runtime',
    check: async (trial) => {
      const leaks = watchLeaks({ kinds: ['timer', 'immediate', 'alarm'], unreferenced: true });
      try {
        for (const work of [() => 1, failing]) await trial.outcome(trial.invoke(work));
        await leaks.assertNone();
      } finally {
        leaks.stop();
      }
    },
  },
  {
    title: 'leaves no listener on the signal of a caller',
    check: async (trial) => {
      const { signal } = new AbortController();
      for (const work of [() => 1, failing]) {
        await trial.outcome(trial.invoke(work, {}, signal));
        assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners that are left on the signal of a caller');
      }
    },
  },
  {
    title: 'holds on to no call that is over, nor to its arguments',
    check: async (trial) => {
      const refs = [...(await remember(trial, 500, () => 1)), ...(await remember(trial, 4, failing))];
      await settle();
      collectGarbage();
      const held = refs.filter((ref) => ref.deref() !== undefined).length;
      assert.ok(held <= 20, `${held} of ${refs.length} calls are still held`);
    },
  },
  {
    title: 'answers ten thousand calls at once, each with its own value',
    of: 'values',
    check: async (trial) => {
      const calls = upTo(10_000).map((id) => trial.invoke(async (own) => ({ own }), id));
      const outcome = await trial.outcome(Promise.all(calls));
      assert.ok(outcome.status === 'fulfilled', reasonOf(outcome));
      for (const [id, value] of outcome.value.entries())
        assert.deepEqual(value, { own: id }, `what call ${id} of ten thousand came to`);
    },
  },
  {
    title: 'has every call counted once',
    check: async (trial) => {
      trial.events.stop(); // calls that nobody watches are counted in another way
      for (const id of upTo(10)) await trial.outcome(trial.invoke(() => id, id));
      const { calls, successes, failures, cancelled } = trial.pipeline.stats;
      assert.deepEqual(
        { calls, settled: successes + failures + cancelled },
        { calls: 10, settled: 10 },
        'stats: calls, and what they came to',
      );
    },
  },
  {
    title: 'tells of events of its own alone, each with the site',
    check: async (trial) => {
      for (const work of [() => 1, failing]) await trial.outcome(trial.invoke(work));
      const own = [...(trial.claims.events ?? [trial.kind]), 'call', 'runtime'];
      for (const { name, event } of trial.events.all) {
        assert.ok(own.includes(name.split('.')[0] ?? ''), `${name} is an event of somebody else`);
        assert.equal(typeof (event as { readonly site?: unknown }).site, 'string', `${name} has no site`);
      }
    },
  },
  {
    title: 'ends with its runtime: waits are over, and nothing is left behind',
    check: async (trial) => {
      const running = Promise.allSettled([trial.invoke(() => new Promise(nothing), {}, new AbortController().signal)]);
      const waiting = Promise.allSettled([trial.around(failing)(trial.newCall())]);
      await settle();
      const disposed = trial.runtime.dispose({ drain: 60_000 });
      await trial.outcomeNow(waiting, 'it waits on although its runtime is being disposed');
      await trial.clock.advance(60_000);
      await trial.outcomeNow(Promise.all([running, disposed]), 'it goes on although its runtime is disposed');
      const late = await trial.outcomeNow(
        trial.invoke(() => 1),
        'a call waits for a runtime that is disposed',
      );
      assert.equal(late.status, 'rejected', 'it goes on although its runtime is disposed');
      assert.equal(trial.clock.pending, 0, 'alarms that are still armed');
    },
  },
];

function nothing(): void {} // what never settles

/** Makes calls with arguments that nobody else has. */
async function remember(trial: PolicyTrial, count: number, work: () => unknown): Promise<WeakRef<object>[]> {
  const refs: WeakRef<object>[] = [];
  for (const index of upTo(count)) {
    const call = trial.newCall({ index });
    refs.push(new WeakRef(call), new WeakRef(call.args[0] as object));
    await trial.outcome(trial.around(async () => work())(call));
  }
  return refs;
}
