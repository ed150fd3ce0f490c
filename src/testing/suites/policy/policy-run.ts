import assert from 'node:assert/strict';
import { types } from 'node:util';
import type { Call, Next } from '../../../core/index.js';
import type { PolicyTrial } from './policy-trial.js';

/** Runs one new call through the policy alone, to its end. */
export async function outcomeOf(trial: PolicyTrial, next: Next) {
  return isPromised(trial, trial.newCall(), next);
}

/** Runs one call through the policy alone, which must give a native promise. */
export async function isPromised(trial: PolicyTrial, call: Call, next: Next = async () => 1) {
  let promise: Promise<unknown>;
  try {
    promise = trial.around(next)(call);
  } catch (error) {
    assert.fail(`it throws instead of rejecting: ${error}`);
  }
  const outcome = Promise.resolve(promise); // observed, also where it is none
  outcome.catch(() => undefined);
  assert.ok(types.isPromise(promise), 'it gives no native promise');
  return trial.outcome(outcome);
}

/** Notes the calls that a step is given. */
export function noting(seen: Call[], next: Next): Next {
  return (call) => {
    seen.push(call);
    return next(call);
  };
}
