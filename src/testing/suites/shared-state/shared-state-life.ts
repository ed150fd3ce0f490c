import assert from 'node:assert/strict';
import { Ear } from './shared-state-ear.js';
import { operations } from './shared-state-operations.js';
import { type Demand, type Handle, idle, kept } from './shared-state-trial.js';

const once = { algorithm: 'fixed-window', limit: 1, per: 60_000 } as const;

/** That callers who leave, wrong use and ends leave nothing half-done. */
export const lifeDemands: readonly Demand[] = [
  {
    title: 'does nothing for a caller who has left already, and rejects with the reason itself',
    check: async (trial) => {
      const one = await trial.open();
      const reason = { why: 'gone' };
      const call = { signal: AbortSignal.abort(reason) };
      for (const [name, act] of Object.entries(operations)) await rejectsWith(act(one.state, call), reason, name);
      await isUnused(one);
    },
  },
  {
    title: 'rejects a caller who leaves meanwhile, with the reason itself',
    check: async (trial) => {
      const one = await trial.open();
      for (const [name, act] of Object.entries(operations)) {
        const reason = { why: 'gone' };
        const controller = new AbortController();
        const outcome = act(one.state, { signal: controller.signal });
        controller.abort(reason);
        await rejectsWith(outcome, reason, name);
      }
      await one.lease('afterwards', 1000);
    },
  },
  {
    title: 'refuses what it does not take, by a rejection that names it',
    check: async (trial) => {
      const one = await trial.open();
      const { permits, circuits, leases, bus } = one.state;
      const { version } = await one.read('key');
      const ear = { heard: () => undefined, missed: () => undefined };
      for (const key of ['', 'k'.repeat(513), '\ud800', 'a\udfff']) {
        await refuses(() => permits.take(key, 1, [once], idle()), /key/);
        await refuses(() => circuits.read(key, kept, idle()), /key/);
        await refuses(() => leases.acquire(key, { lasts: 1 }, idle()), /key/);
        await refuses(() => bus.publish(key, '', idle()), /channel/);
        await refuses(() => bus.subscribe(key, ear, idle()), /channel/);
      }
      for (const weight of [-1, Number.NaN, Number.POSITIVE_INFINITY])
        await refuses(() => permits.take('key', weight, [once], idle()), /weight/);
      await refuses(() => permits.take('key', 1, [], idle()), /limits/);
      await refuses(() => permits.take('key', 1, [{ ...once, limit: 0 }], idle()), /limit/);
      await refuses(() => permits.take('key', 1, [{ ...once, per: 0.5 }], idle()), /per/);
      await refuses(() => permits.take('key', 1, [{ ...once, burst: 2 }], idle()), /burst/);
      await refuses(() => one.move('key', version, { is: 'open', after: -1, openings: 0 }), /after/);
      await refuses(() => one.report('key', version, { calls: 1, failures: 2 }), /failures/);
      await refuses(() => leases.acquire('key', { lasts: 0 }, idle()), /lasts/);
      await refuses(() => leases.acquire('key', { lasts: 1, capacity: 0 }, idle()), /capacity/);
      await refuses(() => bus.publish('key', 'x'.repeat(65_537), idle()), /message/);
    },
  },
  {
    title: 'refuses everything once it is closed, and leaves what is shared to others',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      await one.take('key', 1, once);
      const ear = await Ear.at(one, 'news');
      const others = await Ear.at(other, 'news');
      await one.state.close();
      await one.state.close();
      for (const [name, act] of Object.entries(operations))
        await assert.rejects(act(one.state, idle()), Error, `${name} is answered although it is closed`);
      await other.publish('news', 'end');
      await others.hears('end');
      assert.deepEqual(ear.messages, [], 'who has closed hears nothing');
      assert.equal((await other.take('key', 1, once)).granted, false, 'what is shared is gone');
    },
  },
];

/** Nothing has happened to the keys that the operations are about. */
async function isUnused(one: Handle): Promise<void> {
  assert.ok((await one.take('key', 2, { ...once, limit: 2 })).granted, 'permits are taken');
  const circuit = await one.read('key');
  assert.deepEqual([circuit.is, circuit.counts.calls], ['closed', 0], 'the circuit was moved, or something reported');
  await one.lease('key', 1000);
}

async function rejectsWith(outcome: Promise<unknown>, reason: unknown, name: string): Promise<void> {
  const [settled] = await Promise.allSettled([outcome]);
  assert.ok(settled.status === 'rejected', `${name} is answered although its signal has aborted`);
  assert.equal(settled.reason, reason, `${name} rejects with another reason`);
}

/** Wrong use rejects, with an Error that says what is wrong; it never throws. */
async function refuses(act: () => Promise<unknown>, what: RegExp): Promise<void> {
  const [outcome] = await Promise.allSettled([promised(act, what)]);
  assert.ok(outcome.status === 'rejected', `a wrong ${what.source} is taken: ${act}`);
  assert.match(String(outcome.reason), what, `an error has to name the ${what.source} that is wrong`);
}

function promised(act: () => Promise<unknown>, what: RegExp): Promise<unknown> {
  try {
    return act();
  } catch (error) {
    assert.fail(`a wrong ${what.source} is thrown instead of rejected: ${error}`);
  }
}
