import assert from 'node:assert/strict';
import type { Call } from '../../../core/index.js';
import { isPromised, noting, outcomeOf } from './policy-run.js';
import { type Demand, type PolicyTrial, reasonOf } from './policy-trial.js';

const values = [{ some: 'thing' }, [], 'text', '', 0, Number.NaN, false, null, undefined, () => undefined];
const errors = [Object.freeze(new Error('frozen')), { code: 'PLAIN' }, 'text', undefined];

/** That a policy is a step like every other. */
export const stepDemands: readonly Demand[] = [
  {
    title: 'gives a native promise of what the method gave, the same thing',
    of: 'values',
    check: async (trial) => {
      for (const value of values) {
        const outcome = await outcomeOf(trial, async () => value);
        assert.ok(outcome.status === 'fulfilled', `it fails where the method gave a value: ${reasonOf(outcome)}`);
        assert.ok(Object.is(outcome.value, value), 'it gives something else than the method gave');
      }
    },
  },
  {
    title: 'rejects a native promise with what the method threw, the same thing',
    of: 'errors',
    check: async (trial) => {
      for (const error of errors) {
        const outcome = await outcomeOf(trial, () => Promise.reject(error));
        assert.ok(outcome.status === 'rejected', 'it succeeds where the method failed');
        assert.ok(Object.is(outcome.reason, error), 'it throws something else than the method threw');
      }
    },
  },
  {
    title: 'throws nothing, and gives a native promise, whatever the state of its call and runtime',
    check: async (trial) => {
      const ended = trial.newCall();
      ended.end(new Error('ended before'));
      await isPromised(trial, ended);
      await isPromised(trial, trial.newCall(), () => Promise.reject(new Error('failed')));
      await trial.runtime.dispose({ drain: 0 });
      await isPromised(trial, trial.newCall());
    },
  },
  {
    title: 'reaches the method once for a call that succeeds',
    check: async (trial) => {
      for (const count of [1, 2, 3]) {
        const seen: Call[] = [];
        await outcomeOf(
          trial,
          noting(seen, async () => count),
        );
        assert.equal(seen.length, 1, 'how often the method was called for one call');
      }
    },
  },
  {
    title: 'reaches the method no more often than its bounds say when it fails',
    check: async (trial) => {
      const seen: Call[] = [];
      await outcomeOf(
        trial,
        noting(seen, () => Promise.reject(new Error('failed'))),
      );
      const bounds = boundsOf(trial, { attempts: 1, duration: 0 });
      assert.ok(seen.length >= 1, 'the method is not called');
      assert.ok(seen.length <= bounds.attempts, `${seen.length} calls of the method, ${bounds.attempts} by its bounds`);
    },
  },
  {
    title: 'keeps two methods apart, each with what is beneath it',
    check: async (trial) => {
      const [one, other] = [trial.around(async () => 'one'), trial.around(async () => 'other')];
      const all = [one, other, one, other].map((next) => next(trial.newCall()));
      const outcomes = await trial.outcome(Promise.all(all));
      assert.ok(outcomes.status === 'fulfilled', reasonOf(outcomes));
      assert.deepEqual(outcomes.value, ['one', 'other', 'one', 'other'], 'what two methods gave in turn');
    },
  },
  {
    title: 'says in one line what it does, and in plain numbers what it did and can cost',
    check: async (trial) => {
      await trial.outcome(trial.invoke(() => 1));
      for (const { summary, stats = {} } of trial.policies) {
        assert.match(summary, /^[^\n]{1,500}$/, 'summary: a line of 1 to 500 characters that says what it does');
        for (const [name, count] of Object.entries(stats))
          assert.equal(typeof count, 'number', `stats.${name} has to be a number`);
      }
      const [low, high] = [
        { attempts: 1, duration: 100 },
        { attempts: 3, duration: Number.POSITIVE_INFINITY },
      ];
      const [less, more] = [boundsOf(trial, low), boundsOf(trial, high)];
      for (const { attempts, duration } of [less, more])
        assert.ok(attempts >= 0 && duration >= 0, `bounds of ${attempts} attempts and ${duration} ms`);
      assert.ok(
        less.attempts <= more.attempts && less.duration <= more.duration,
        'what is beneath costs more, it less',
      );
    },
  },
];

function boundsOf(trial: PolicyTrial, inner: { readonly attempts: number; readonly duration: number }) {
  return trial.policies.reduceRight((bounds, policy) => policy.bounds?.(bounds) ?? bounds, inner);
}
