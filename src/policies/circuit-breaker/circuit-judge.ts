import {
  type Call,
  type ErrorRules,
  InvalidOptionsError,
  isRejected,
  judgeBy,
  RuntimeDisposedError,
  TimeoutError,
  type Verdict,
} from '../../core/index.js';

/** Says of a rejected call what it tells about the callee. */
export type CircuitJudge = (error: unknown, call: Call) => Verdict;

/** How one use judges errors. */
export interface ErrorJudgement {
  readonly on?: ErrorRules['on'] | undefined;
  readonly except?: ErrorRules['except'] | undefined;
  readonly ignore?: ErrorRules['ignore'] | undefined;
  readonly countRejections: boolean;
}

/** Makes the judge for one use: what was ended from outside, or refused by ourselves, says nothing. */
export function circuitJudge({ countRejections, ...rules }: ErrorJudgement): CircuitJudge {
  const byRules = judgeBy(rules);
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
