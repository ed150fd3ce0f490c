import assert from 'node:assert/strict';
import type { LeaseAnswer } from '../../../core/index.js';
import { upTo } from '../up-to.js';
import { type Demand, inTurn } from './shared-state-trial.js';

const long = 60_000;

/** That leases exclude each other, and end. */
export const leaseDemands: readonly Demand[] = [
  {
    title: 'gives a lease to one at a time, and to the next once it is released',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      const token = await one.lease('key', long);
      const refused = await other?.acquire('key', long);
      assert.ok(refused && !refused.granted, 'it is held by another');
      assert.ok(
        refused.left > 0 && refused.left <= long,
        `left: how long the first holder has still, and it tells ${refused.left} ms`,
      );
      assert.equal(await one.release('key', token), true, 'released');
      assert.equal(await one.release('key', token), false, 'released once more');
      await other?.lease('key', long);
    },
  },
  {
    title: 'gives a lease to as many as its capacity when a hundred ask at once',
    check: async (trial) => {
      const handles = await trial.several(4);
      for (const capacity of [1, 3]) {
        const key = `key ${capacity}`;
        const all = upTo(100).map((index) => inTurn(handles, index).acquire(key, long, capacity));
        const tokens = (await Promise.all(all)).filter(isGranted).map(({ token }) => token);
        assert.equal(tokens.length, capacity, 'granted');
        assert.equal(new Set(tokens).size, capacity, 'each has a token of its own');
      }
    },
  },
  {
    title: 'ends the lease of a process that died, and lets it do no harm when it comes back',
    check: async (trial) => {
      const [paused, next, third] = await trial.several(3);
      const old = await paused.lease('key', 300);
      await trial.pass(300);
      const token = (await next?.lease('key', long)) ?? 0;
      assert.ok(token > old, `token ${token} does not fence off ${old}`);
      assert.equal(await paused.extend('key', old, long), false, 'extended by who holds it no longer');
      assert.equal(await paused.release('key', old), false, 'released by who holds it no longer');
      assert.equal((await third?.acquire('key', long))?.granted, false, 'the next one holds it still');
    },
  },
  {
    title: 'gives ever greater tokens: after releases, ends and long pauses, to any handle',
    check: async (trial) => {
      const handles = await trial.several(2);
      const tokens: number[] = [];
      for (const index of upTo(6)) {
        const one = inTurn(handles, index);
        tokens.push(await one.lease('key', 200));
        if (index % 2 === 0) await one.release('key', tokens.at(-1) ?? 0);
        else await trial.pass(index === 5 ? 1000 : 200);
      }
      tokens.push(await handles[0].lease('key', long));
      assert.ok(tokens.every(Number.isSafeInteger), `tokens are whole numbers, not ${tokens}`);
      assert.deepEqual(tokens, [...new Set(tokens)].sort(ascending), 'each is greater than all before');
    },
  },
  {
    title: 'has an extended lease last from then on',
    check: async (trial) => {
      const [one, other] = await trial.several(2);
      const token = await one.lease('key', 1000);
      await trial.pass(600);
      assert.equal(await one.extend('key', token, 1000), true, 'extended');
      await trial.pass(600);
      const refused = await other?.acquire('key', long);
      assert.ok(refused && !refused.granted, 'a lease that somebody holds is granted to another');
      assert.ok(refused.left <= 400, `left: how long the first holder has still, and it tells ${refused.left} ms`);
      await trial.pass(400);
      assert.equal(await one.extend('key', token, 1000), false, 'extended once it was over');
      await other?.lease('key', long);
    },
  },
  {
    title: 'is right about when the first lease ends',
    check: async (trial) => {
      const one = await trial.open();
      await one.acquire('key', long, 2);
      await one.acquire('key', 500, 2);
      const refused = await one.acquire('key', long, 2);
      assert.ok(!refused.granted && refused.left <= 500, 'the shorter of both ends first');
      await trial.pass(refused.left);
      assert.equal((await one.acquire('key', long, 2)).granted, true, 'granted when it has ended');
      assert.equal((await one.acquire('key', long, 2)).granted, false, 'the longer one has ended with it');
    },
  },
  {
    title: 'leaves a lease to its holder, whatever other tokens are tried',
    check: async (trial) => {
      const one = await trial.open();
      const token = await one.lease('key', long);
      const elsewhere = await one.lease('other', long);
      for (const wrong of [token + 1, token - 1, 0, elsewhere]) {
        if (wrong === token) continue;
        assert.equal(await one.release('key', wrong), false, 'released by another');
        assert.equal(await one.extend('key', wrong, long), false, 'extended by another');
      }
      assert.equal(
        (await one.acquire('key', long)).granted,
        false,
        'a lease that somebody holds is granted to another',
      );
      assert.equal(await one.release('key', token), true, 'released by its holder');
    },
  },
];

function isGranted(answer: LeaseAnswer): answer is Extract<LeaseAnswer, { granted: true }> {
  return answer.granted;
}

function ascending(a: number, b: number): number {
  return a - b;
}
