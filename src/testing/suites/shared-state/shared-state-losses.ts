import assert from 'node:assert/strict';
import { eventually } from '../eventually.js';
import { Ear } from './shared-state-ear.js';
import { operations } from './shared-state-operations.js';
import { type Demand, type Handle, idle } from './shared-state-trial.js';

const once = { algorithm: 'fixed-window', limit: 1, per: 60_000 } as const;

/** That lost connections, and a back end that lost all it knew, do no more harm than they must. */
export const lossDemands: readonly Demand[] = [
  {
    title: 'answers nobody whose connection is lost, and goes on with what was shared when it is back',
    of: 'severable',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      await one.take('key', 1, once);
      await one.state.check(idle());
      await trial.cut(one);
      await Promise.all(Object.entries(operations).map((operation) => isUnanswered(one, ...operation)));
      await other.state.check(idle());
      await trial.heal(one);
      await comesBack(one);
      assert.equal((await one.take('key', 1, once)).granted, false, 'what was taken before is forgotten');
    },
  },
  {
    title: 'listens again by itself after a lost connection, and says that messages may have been missed',
    of: 'severable',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      const ears = await Promise.all(['news', 'news', 'weather'].map((channel) => Ear.at(one, channel)));
      const unharmed = await Ear.at(other, 'news');
      await trial.cut(one);
      await other.publish('news', 'meanwhile');
      await unharmed.hears('meanwhile');
      const before = ears.map(({ misses }) => misses);
      await trial.heal(one);
      for (const [index, ear] of ears.entries()) await ear.missesMoreThan(before[index] ?? 0);
      for (const message of ['after', 'end'])
        for (const channel of ['news', 'weather']) await other.publish(channel, message);
      for (const ear of ears) assert.deepEqual((await ear.hears('end')).filter(isNew), ['after', 'end'], 'once each');
      assert.equal(unharmed.misses, 0, 'others have missed nothing');
    },
  },
  {
    title: 'tells nothing to those who stopped while the connection was lost',
    of: 'severable',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      const [gone, stays] = [await Ear.at(one, 'news'), await Ear.at(one, 'news')];
      await trial.cut(one);
      await gone.stop();
      const before = gone.misses;
      await trial.heal(one);
      await stays.missesMoreThan(0);
      await other.publish('news', 'after');
      await stays.hears('after');
      assert.deepEqual([gone.messages, gone.misses], [[], before], 'who stopped hears nothing');
    },
  },
  {
    title: 'goes on with a back end that was started anew without its data',
    of: 'restarts',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      assert.ok(other);
      await one.take('key', 1, once);
      await one.lease('key', 60_000);
      const ear = await Ear.at(one, 'news');
      await trial.restart();
      await ear.missesMoreThan(0);
      for (const handle of [one, other]) await comesBack(handle);
      await other.take('key', 1, once);
      await other.lease('key', 60_000);
      await other.publish('news', 'after');
      assert.deepEqual(await ear.hears('after'), ['after'], 'messages that were heard afterwards');
    },
  },
  {
    title: 'gives no token and no version of before to anybody after that',
    of: 'restarts',
    check: async (trial) => {
      const one = await trial.open();
      const { version } = await one.read('key');
      const versions = [version, (await one.move('key', version, { is: 'open', openings: 1 })).circuit.version];
      const token = await one.lease('key', 60_000);
      await trial.restart();
      await comesBack(one);
      const next = await one.lease('key', 60_000);
      assert.ok(next > token, `token ${next} does not fence off ${token}`);
      assert.equal(await one.release('key', token), false, 'released by who holds it no longer');
      const again = await one.read('key');
      const moved = await one.move('key', again.version, { is: 'open', openings: 1 });
      assert.equal(new Set([...versions, again.version, moved.circuit.version]).size, 4, 'versions');
    },
  },
];

/** It rejects by itself, or goes on trying until its caller leaves. */
async function isUnanswered({ state }: Handle, name: string, act: (typeof operations)[string]): Promise<void> {
  await assert.rejects(act(state, { signal: AbortSignal.timeout(500) }), Error, `${name} is answered`);
}

/** What was published meanwhile may be heard after all. */
function isNew(message: string): boolean {
  return message !== 'meanwhile';
}

/** A connection takes its time to come back. */
async function comesBack({ state }: Handle): Promise<void> {
  const answers = async () => {
    const [settled] = await Promise.allSettled([state.check({ signal: AbortSignal.timeout(1000) })]);
    return settled.status === 'fulfilled';
  };
  await eventually(answers, 'it does not come back');
}
