import assert from 'node:assert/strict';
import { type SharedLimit, seededRandom } from '../../../core/index.js';
import { upTo } from '../up-to.js';
import { grants, refuses } from './shared-state-permits.js';
import type { Demand, Handle, StateTrial } from './shared-state-trial.js';

const bucket: SharedLimit = { algorithm: 'token-bucket', limit: 4, per: 1000 };
const sliding: SharedLimit = { algorithm: 'sliding-window', limit: 4, per: 1000 };
const fixed: SharedLimit = { algorithm: 'fixed-window', limit: 4, per: 1000 };

/** When permits come back, to the millisecond. */
export const permitTimeDemands: readonly Demand[] = [
  {
    title: 'regains the permits of a token bucket evenly',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      await grants(one, 'key', 4, bucket);
      isAbout((await refuses(one, 'key', 1, bucket)).wait, 250);
      await trial.pass(249);
      await refuses(one, 'key', 1, bucket);
      await trial.pass(1);
      await grants(one, 'key', 1, bucket);
      isAbout((await refuses(one, 'key', 3, bucket)).wait, 750);
    },
  },
  {
    title: 'remembers what is missing of a token bucket until it is full again',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      const slow: SharedLimit = { algorithm: 'token-bucket', limit: 1, per: 1000, burst: 5 };
      await grants(one, 'key', 5, slow);
      for (const _ of upTo(3)) {
        await trial.pass(1001);
        await grants(one, 'key', 1, slow);
        await refuses(one, 'key', 1, slow);
      }
    },
  },
  {
    title: 'remembers each of several limits for its own period',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      for (const { algorithm } of [bucket, sliding, fixed]) {
        const short: SharedLimit = { algorithm, limit: 4, per: 1000 };
        const long: SharedLimit = { algorithm, limit: 4, per: 60_000 };
        for (const limits of [
          [short, long],
          [long, short],
        ])
          await outlasts(trial, one, limits);
      }
    },
  },
  {
    title: 'gives the permits of a sliding window back a period after they were taken',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      await grants(one, 'key', 3, sliding);
      await trial.pass(50);
      await grants(one, 'key', 1, sliding);
      await trial.pass(949);
      await refuses(one, 'key', 1, sliding);
      await trial.pass(11);
      await grants(one, 'key', 3, sliding);
      await refuses(one, 'key', 1, sliding);
    },
  },
  {
    title: 'has all permits of a fixed window anew in each period, from its first use on',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      await trial.pass(700);
      await grants(one, 'key', 4, fixed);
      await trial.pass(999);
      assert.equal((await refuses(one, 'key', 1, fixed)).wait, 1, 'wait: milliseconds until the period is over');
      await trial.pass(1);
      await grants(one, 'key', 4, fixed);
    },
  },
  {
    title: 'never grants more than the limit in any stretch of a sliding window',
    of: 'stands',
    check: async (trial) => {
      const one = await trial.open();
      const random = seededRandom(1);
      const granted: number[] = [];
      let now = 0;
      for (const _ of upTo(300)) {
        const step = Math.floor(random.next() ** 4 * 700);
        await trial.pass(step);
        now += step;
        if ((await one.take('key', 1, sliding)).granted) granted.push(now);
        const within = granted.filter((at) => at > now - 1000).length;
        assert.ok(within <= 4, `${within} permits were granted in one period`);
      }
      assert.ok(granted.length > now / 1000, 'it grants hardly anything');
    },
  },
  ...[bucket, sliding, fixed].map(
    (limit): Demand => ({
      title: `gives nothing back to a ${limit.algorithm} that time has brought back`,
      of: 'stands',
      check: async (trial) => {
        const one = await trial.open();
        const old = await grants(one, 'key', 4, limit);
        await trial.pass(1011);
        await grants(one, 'key', 4, limit);
        await one.giveBack('key', old, limit);
        await refuses(one, 'key', 1, limit);
      },
    }),
  ),
];

/** Takes all permits; those of the longer limit are still missing when those of the shorter one are back. */
async function outlasts(trial: StateTrial, one: Handle, limits: readonly SharedLimit[]): Promise<void> {
  await grants(one, 'key', 4, ...limits);
  await trial.pass(1011);
  await refuses(one, 'key', 2, ...limits);
}

/** Fractions of a millisecond are nobody's concern. */
function isAbout(wait: number, expected: number): void {
  assert.ok(Math.abs(wait - expected) <= 1, `wait: permits are there in ${expected} ms, and it tells ${wait}`);
}
