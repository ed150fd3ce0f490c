import {
  type Call,
  type ErrorRules,
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
    if (error instanceof RuntimeDisposedError) return 'neutral';
    if (error instanceof TimeoutError && (error.scope === 'inherited' || !started)) return 'neutral';
    if (!started && !countRejections && isRejected(error)) return 'neutral';
    return byRules(error, call);
  };
}
