import type { Call } from './call.js';
import { isRejected, RuntimeDisposedError, TimeoutError } from './errors.js';
import { InvalidOptionsError } from './invalid-options.js';
import { type ErrorRules, judgeBy, type Verdict } from './judgement.js';

/** Says of a rejected call what it tells about the callee. */
export type CalleeJudge = (error: unknown, call: Call) => Verdict;

/** How one use of a policy judges errors. */
export interface CalleeRules {
  readonly on?: ErrorRules['on'] | undefined;
  readonly except?: ErrorRules['except'] | undefined;
  readonly ignore?: ErrorRules['ignore'] | undefined;
  /** Refusals by our own policies further in are judged as errors are. */
  readonly countRejections?: boolean;
}

/**
 * Makes the judge for one use: what was ended from outside, or refused by ourselves, says nothing. A predicate that throws leaves the call what
 * it is, failed, and `blame` hears of it.
 */
export function calleeJudge(
  { countRejections = false, ...rules }: CalleeRules,
  blame: (fault: unknown, call: Call) => void,
): CalleeJudge {
  const judge = judgeBy(rules);
  const byRules: CalleeJudge = (error, call) => {
    try {
      return judge(error, call);
    } catch (fault) {
      blame(fault, call);
      return 'failure';
    }
  };
  return (error, call) => {
    const { ending, started } = call;
    if (ending !== undefined) return ending.timedOut && started ? byRules(error, call) : 'neutral';
    if (saysNothing(error, started)) return 'neutral';
    if (!started && !countRejections && isRejected(error)) return 'neutral';
    return byRules(error, call);
  };
}

/** Tells whether an error is about ourselves: the runtime, a wrong option, or time that ran out before the callee was asked. */
function saysNothing(error: unknown, started: boolean): boolean {
  if (error instanceof RuntimeDisposedError || error instanceof InvalidOptionsError) return true;
  return error instanceof TimeoutError && (error.scope === 'inherited' || !started);
}
