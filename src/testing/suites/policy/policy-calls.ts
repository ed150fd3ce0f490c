import assert from 'node:assert/strict';
import type { Call } from '../../../core/index.js';
import { noting, outcomeOf } from './policy-run.js';
import type { Demand } from './policy-trial.js';

/** That a policy passes on calls as it should. */
export const callDemands: readonly Demand[] = [
  {
    title: 'passes on the arguments, the instance and the site',
    check: async (trial) => {
      const seen: Call[] = [];
      const call = trial.newCall();
      await trial.outcome(trial.around(noting(seen, async () => 1))(call));
      const passed = seen[0] as Call;
      assert.deepEqual([passed.args[0], passed.args.length], [call.args[0], 1], 'args: what the method is given');
      assert.equal(passed.target, call.target, 'target: the instance that the method is called on');
      assert.equal(passed.site, call.site, 'site: what the method is called in events');
    },
  },
  {
    title: 'passes on the call itself, or a fork of it',
    of: 'attached',
    check: async (trial) => {
      const seen: Call[] = [];
      const call = trial.newCall();
      await trial.outcome(trial.around(noting(seen, async () => 1))(call));
      assert.ok(
        lineage(seen[0]).includes(call),
        'it passes on a call of nobody: who ends the one does not end the other',
      );
    },
  },
  {
    title: 'makes every further attempt on a fork of its own',
    check: async (trial) => {
      const seen: Call[] = [];
      await outcomeOf(
        trial,
        noting(seen, () => Promise.reject(new Error('failed'))),
      );
      assert.equal(new Set(seen).size, seen.length, 'two attempts have one call');
    },
  },
  {
    title: 'changes nothing of a call that others see',
    check: async (trial) => {
      for (const next of [async () => 1, () => Promise.reject(new Error('failed'))]) {
        const call = trial.newCall();
        const before = visible(call);
        Object.freeze(call.args);
        await trial.outcome(trial.around(next)(call)).catch(() => undefined);
        assert.deepEqual(visible(call), before, 'the call after the policy has changed it: it may change a fork alone');
      }
    },
  },
];

/** The call, and all that it is a fork of. */
function lineage(call: Call | undefined): readonly Call[] {
  return call === undefined ? [] : [call, ...lineage(call.forkedFrom)];
}

/** What others see of a call, and no policy changes; whether it was started and repeated is noted on the way. */
function visible({ origin, target, args, attempt, forkedFrom, outer, due, limit, ending, priority }: Call): object {
  return { origin, target, args: [...args], attempt, forkedFrom, outer, due, limit, ending, priority };
}
