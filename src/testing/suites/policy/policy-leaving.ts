import assert from 'node:assert/strict';
import { type Call, RejectedError } from '../../../core/index.js';
import { watch } from '../../flaky/watch.js';
import { settle } from '../../manual-clock.js';
import { unobservedDuring } from '../unobserved.js';
import { upTo } from '../up-to.js';
import { type Demand, type PolicyTrial, reasonOf } from './policy-trial.js';

const otherReason = 'a caller who leaves is not rejected with the reason of its own signal';

/** That whoever leaves is let go, and counts for nothing. */
export const leavingDemands: readonly Demand[] = [
  {
    title: 'passes on the reason of a caller who leaves while the method runs, and does no more for it',
    of: 'attached',
    check: async (trial) => {
      const reason = { why: 'gone' };
      let calls = 0;
      const call = trial.newCall();
      const outcome = trial.around((part) => {
        calls++;
        return endingWith(part);
      })(call);
      await settle();
      call.end(reason);
      const { status, ...rest } = await trial.outcomeNow(outcome, 'the caller has to wait');
      assert.ok(status === 'rejected' && Object.is((rest as { reason: unknown }).reason, reason), otherReason);
      await trial.clock.advance(600_000);
      assert.equal(calls, 1, 'the method is called again for nobody');
    },
  },
  {
    title: 'ends its own waits with the call, at once and with its reason',
    check: async (trial) => {
      const reason = { why: 'gone' };
      const call = trial.newCall();
      const seen = watch(trial.around(() => Promise.reject(new Error('failed')))(call));
      await settle();
      if (seen.state !== 'pending') return; // it does not wait
      call.end(reason);
      await settle();
      assert.equal(seen.state, 'rejected', 'it waits for nobody');
      assert.ok(Object.is(seen.error, reason), 'it gives another reason');
      assert.equal(trial.clock.pending, 0, 'alarms that are still armed');
    },
  },
  {
    title: 'rejects with the reason of a caller who has left before, and does not call the method',
    check: async (trial) => {
      const reason = { why: 'gone' };
      let calls = 0;
      const outcome = trial.invoke(() => calls++, {}, AbortSignal.abort(reason));
      const { status, ...rest } = await trial.outcomeNow(outcome, 'the caller has to wait');
      assert.ok(status === 'rejected' && Object.is((rest as { reason: unknown }).reason, reason), otherReason);
      assert.equal(calls, 0, 'how often the method was called for a caller who had left');
    },
  },
  {
    title: 'counts callers who leave for nothing, whatever comes of their calls later, and gives back what they held',
    check: async (trial) => {
      for (const late of ['resolve', 'reject'] as const) {
        for (const _ of upTo(200)) await leave(trial, late);
        await trial.passes('200 callers who left');
      }
    },
  },
  {
    title: 'counts refusals from further in for nothing, and gives back what they held',
    check: async (trial) => {
      const step = trial.around(() => Promise.reject(new Refused('refused', { site: 'other', policy: 'other' })));
      for (const _ of upTo(200)) await trial.outcomeNow(step(trial.newCall()), 'a refusal is kept back');
      await trial.passes('200 refusals');
    },
  },
  {
    title: 'leaves no rejection unobserved',
    check: async (trial) => {
      const unobserved = await unobservedDuring(async () => {
        await trial.outcome(trial.around(() => Promise.reject(new Error('failed')))(trial.newCall()));
        await trial.outcome(trial.invoke(() => Promise.reject(new Error('failed'))));
        await leave(trial, 'reject');
        await leave(trial, 'resolve');
      });
      assert.deepEqual(unobserved, [], 'rejections that nobody observed');
    },
  },
];

/** A refusal of somebody further in. */
class Refused extends RejectedError {
  readonly code = 'HOLDFAST_BULKHEAD_FULL';
}

/** Never settles, but ends with its call: as the step does that stands around the method. */
function endingWith(call: Call): Promise<never> {
  return new Promise((_, reject) => call.watch(({ reason }) => reject(reason)));
}

/** Calls the method, leaves while it runs, and lets it settle afterwards. */
async function leave(trial: PolicyTrial, late: 'resolve' | 'reject'): Promise<void> {
  const reason = new Error('the caller has left');
  const controller = new AbortController();
  let settleIt = (): void => undefined;
  const work = () =>
    new Promise((resolve, reject) => {
      settleIt = () => (late === 'resolve' ? resolve('late') : reject(new Error('late')));
    });
  const outcome = trial.invoke(work, {}, controller.signal);
  await Promise.resolve();
  controller.abort(reason);
  const left = await trial.outcomeNow(outcome, 'who leaves has to wait');
  assert.ok(left.status === 'rejected' && left.reason === reason, `${otherReason}: ${reasonOf(left)}`);
  settleIt();
  await settle();
}
