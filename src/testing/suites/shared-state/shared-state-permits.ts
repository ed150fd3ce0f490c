import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SharedLimit } from '../../../core/index.js';
import { upTo } from '../up-to.js';
import { type Demand, type Handle, inTurn } from './shared-state-trial.js';

const hour = 3_600_000;
const remaining = 'remaining: how many permits are left by the answer';
const algorithms = ['token-bucket', 'sliding-window', 'fixed-window'] as const;

/** That limits hold, whoever takes. */
export const permitDemands: readonly Demand[] = [
  ...algorithms.flatMap((algorithm) => demandsOf(algorithm)),
  {
    title: 'takes a weight whole or not at all',
    check: async (trial) => {
      const one = await trial.open();
      const limit = five('fixed-window');
      await grants(one, 'key', 3, limit);
      await refuses(one, 'key', 3, limit);
      await grants(one, 'key', 2, limit);
    },
  },
  {
    title: 'takes permits of all limits or of none',
    check: async (trial) => {
      const one = await trial.open();
      const limits = [five('token-bucket'), five('sliding-window'), { ...five('fixed-window'), limit: 4 }];
      await grants(one, 'key', 3, ...limits);
      for (const _ of upTo(10)) await refuses(one, 'key', 2, ...limits);
      const answer = await grants(one, 'key', 1, ...limits);
      assert.equal(answer.remaining, 0, 'the limit with the fewest permits tells how many remain');
    },
  },
  {
    title: 'gives back the permits of all limits',
    check: async (trial) => {
      const one = await trial.open();
      const limits = [five('token-bucket'), five('sliding-window'), five('fixed-window')];
      const answer = await grants(one, 'key', 4, ...limits);
      await one.giveBack('key', answer, ...limits);
      await grants(one, 'key', 5, ...limits);
    },
  },
  {
    title: 'lets a token bucket hold its burst, and no more',
    check: async (trial) => {
      const one = await trial.open();
      const limit: SharedLimit = { ...five('token-bucket'), burst: 8 };
      await refuses(one, 'key', 9, limit);
      await grants(one, 'key', 8, limit);
      await refuses(one, 'key', 1, limit);
    },
  },
  {
    title: 'counts other limits under the same key anew',
    check: async (trial) => {
      const one = await trial.open();
      await grants(one, 'key', 5, five('token-bucket'));
      for (const other of [{ limit: 6 }, { per: 2 * hour }, { burst: 6 }, { algorithm: 'fixed-window' as const }])
        await grants(one, 'key', 5, { ...five('token-bucket'), ...other });
    },
  },
];

function demandsOf(algorithm: SharedLimit['algorithm']): readonly Demand[] {
  const limit = five(algorithm);
  return [
    {
      title: `grants what a ${algorithm} has, to any handle, and then no more`,
      check: async (trial) => {
        const handles = await trial.several(2);
        for (const taken of upTo(5)) {
          const answer = await grants(inTurn(handles, taken), 'key', 1, limit);
          assert.equal(answer.remaining, 4 - taken, remaining);
        }
        for (const one of handles) await refuses(one, 'key', 1, limit);
      },
    },
    {
      title: `grants exactly the limit of a ${algorithm} when a thousand ask at once`,
      check: async (trial) => {
        const handles = await trial.several(4);
        const hundred = { ...limit, limit: 100 };
        const answers = await Promise.all(upTo(1000).map((index) => inTurn(handles, index).take('key', 1, hundred)));
        assert.equal(answers.filter(({ granted }) => granted).length, 100, 'of a limit of 100, that many were granted');
      },
    },
    {
      title: `looks at a ${algorithm} with a weight of 0, and takes nothing`,
      check: async (trial) => {
        const one = await trial.open();
        for (const _ of upTo(10)) assert.equal((await grants(one, 'key', 0, limit)).remaining, 5, remaining);
        await grants(one, 'key', 5, limit);
        assert.equal((await grants(one, 'key', 0, limit)).remaining, 0, remaining);
      },
    },
    {
      title: `says that more than a ${algorithm} ever has is never there`,
      check: async (trial) => {
        const answer = await refuses(await trial.open(), 'key', 6, limit);
        assert.equal(answer.wait, Number.POSITIVE_INFINITY, 'wait: there is no time after which so many are there');
        assert.equal(answer.remaining, 5, remaining);
      },
    },
    {
      title: `gives permits back to a ${algorithm}, as many as a receipt is worth`,
      check: async (trial) => {
        const [one, other] = await trial.several(2);
        const answer = await grants(one, 'key', 2, limit);
        await grants(one, 'key', 3, limit);
        await other?.giveBack('key', answer, limit);
        await grants(one, 'key', 2, limit);
        await refuses(one, 'key', 1, limit);
      },
    },
    {
      title: `loses no permit of a ${algorithm} when many are given back at once`,
      check: async (trial) => {
        const handles = await trial.several(4);
        const hundred = { ...limit, limit: 100, per: 8760 * hour };
        const answers = await Promise.all(upTo(100).map((index) => grants(inTurn(handles, index), 'key', 1, hundred)));
        await Promise.all(answers.map((answer, index) => inTurn(handles, index).giveBack('key', answer, hundred)));
        await grants(handles[0], 'key', 99, hundred); // a moment of each may count as brought back by time
        await refuses(handles[0], 'key', 2, hundred);
      },
    },
    {
      title: `is right about the wait for a ${algorithm}`,
      check: async (trial) => {
        const one = await trial.open();
        const short = { ...limit, per: 1000 };
        await grants(one, 'key', 5, short);
        const { wait } = await refuses(one, 'key', 5, short);
        assert.ok(wait > 0 && wait <= 1000, `wait: up to 1000 ms are left, and it tells ${wait}`);
        await trial.pass(Math.ceil(wait) + 11); // what is late may be late by a hundredth
        await grants(one, 'key', 5, short);
      },
    },
  ];
}

function five(algorithm: SharedLimit['algorithm']): SharedLimit {
  return { algorithm, limit: 5, per: hour };
}

/** Expects permits. */
export async function grants(one: Handle, key: string, weight: number, ...limits: readonly SharedLimit[]) {
  const answer = await one.take(key, weight, ...limits);
  assert.ok(answer.granted, `${asked(key, weight, limits)} has to be granted, and came to ${inspect(answer)}`);
  return answer;
}

/** Expects none. */
export async function refuses(one: Handle, key: string, weight: number, ...limits: readonly SharedLimit[]) {
  const answer = await one.take(key, weight, ...limits);
  assert.ok(!answer.granted, `${asked(key, weight, limits)} has to be refused, and came to ${inspect(answer)}`);
  assert.ok(answer.wait > 0, `wait: what is refused is there only after a while, not after ${answer.wait} ms`);
  return answer;
}

function asked(key: string, weight: number, limits: readonly SharedLimit[]): string {
  return `take('${key}', ${weight}, ${inspect(limits, { breakLength: Number.POSITIVE_INFINITY })})`;
}
