import assert from 'node:assert/strict';
import { upTo } from '../up-to.js';
import type { Demand, Handle, StateTrial } from './shared-state-trial.js';

const minute = 60_000;
const hour = 60 * minute;
const year = 365 * 24 * hour;
const once = { algorithm: 'fixed-window', limit: 1, per: minute } as const;
const open = { is: 'open', after: minute, openings: 1 } as const;

/** That the back end's clock alone says when a thing is over, and that all things are in the end. */
export const endDemands: readonly Demand[] = [
  {
    title: 'goes by the clock of the back end, whatever time it is for a process',
    of: 'ownClock',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      for (const wrong of [hour, -hour]) {
        const key = `by ${wrong}`;
        await whenItIs(wrong, () => uses(one, `wrong ${key}`));
        await isInUse(other, `wrong ${key}`);
        await uses(one, `right ${key}`);
        await whenItIs(wrong, () => isInUse(other, `right ${key}`));
      }
    },
  },
  {
    title: 'gives greater tokens and other versions also after years',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      const token = await one.lease('key', 1000);
      const { version } = await one.read('key');
      await trial.pass(2 * year);
      const next = await one.lease('key', 1000);
      assert.ok(next > token, `token ${next} does not fence off ${token}`);
      assert.notEqual((await one.read('key')).version, version, 'versions');
    },
  },
  {
    title: 'forgets everything in the end',
    of: 'measured',
    check: async (trial) => {
      const one = await trial.open();
      const before = await trial.size();
      await takesPermits(one);
      await movesCircuits(one);
      await holdsLeases(one);
      assert.ok((await trial.size()) > before, 'it remembers what was done');
      await trial.pass(1600);
      await comesDownTo(before, trial);
    },
  },
];

async function takesPermits(one: Handle): Promise<void> {
  for (const algorithm of ['token-bucket', 'sliding-window', 'fixed-window'] as const) {
    const limit = { algorithm, limit: 2, per: 1000 };
    await one.take('looked at', 0, limit);
    await one.take('refused', 3, limit);
    const answer = await one.take('key', 1, limit);
    await one.giveBack('key', answer, limit);
    await one.giveBack('another', answer, limit);
    await one.take('key', 2, limit);
  }
}

async function movesCircuits(one: Handle): Promise<void> {
  const { version } = await one.read('key');
  await one.report('key', version, { calls: 1 });
  await one.report('late', version, { calls: 1 });
  await one.move('not moved', version, { is: 'open', openings: 1 });
  await one.move('moved', (await one.read('moved')).version, { is: 'open', after: 100, openings: 1 });
}

async function holdsLeases(one: Handle): Promise<void> {
  const token = await one.lease('key', 1000);
  await one.extend('key', token, 1200);
  await one.acquire('key', 1000);
  for (const lasts of [1000, 100]) await one.acquire('several', lasts, 3);
  await one.extend('never held', token, 1000);
  await one.release('never held', token);
  await one.release('released', await one.lease('released', 1000));
}

/** What is over may take a while to go. */
async function comesDownTo(before: number, trial: StateTrial): Promise<void> {
  for (const _ of upTo(20)) if ((await trial.size()) > before) await trial.pass(100);
  assert.equal(await trial.size(), before, 'it still remembers something');
}

/** Uses a key for a minute. */
async function uses(one: Handle, key: string): Promise<void> {
  assert.ok((await one.take(key, 1, once)).granted, `nobody took permits of ${key}`);
  const { version } = await one.read(key);
  assert.ok((await one.move(key, version, open)).moved, `nobody moved ${key}`);
  await one.lease(key, minute);
}

/** It is used, for a minute at most. */
async function isInUse(other: Handle, key: string): Promise<void> {
  const permits = await other.take(key, 1, once);
  assert.ok(!permits.granted, 'permits are granted once more');
  const lease = await other.acquire(key, minute);
  assert.ok(!lease.granted, 'a lease is given to two');
  const circuit = await other.read(key);
  assert.equal(circuit.is, 'open', 'the circuit is forgotten');
  for (const left of [permits.wait, lease.left, circuit.left])
    assert.ok(left > 0 && left <= minute, `${left} ms are left of a minute`);
}

/** Does something while the clock of this process is wrong by so many milliseconds. */
async function whenItIs(wrong: number, act: () => Promise<void>): Promise<void> {
  const Right = globalThis.Date;
  class Wrong extends Right {
    static override now = () => Right.now() + wrong;

    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [Wrong.now()] : given) as [number]));
    }
  }
  globalThis.Date = Wrong as DateConstructor;
  try {
    await act();
  } finally {
    globalThis.Date = Right;
  }
}
