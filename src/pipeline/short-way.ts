import type { Call, Next } from '../core/index.js';
import type { CountedOutcomes } from './outcomes.js';

/** What calls go through, and where their outcomes are counted. */
export interface ShortWay {
  readonly first: Next;
  readonly outcomes: CountedOutcomes;
  /** The same as `first`, where the outermost policy counts outcomes by the way. */
  readonly counting: Next | undefined;
  /** The method starts in the turn of its call, unless that is known to wait: later nobody can end a call that could not be ended then. */
  readonly prompt: boolean;
}

/**
 * The way of calls that nobody outside can end and nobody watches: their outcomes are counted where that costs the least. Once somebody has taken hold of
 * a call on its way, `closely` follows it to its end.
 */
export function shortWay(
  { first, outcomes, counting, prompt }: ShortWay,
  closely: (call: Call, outcome: Promise<unknown>) => Promise<unknown>,
): Next {
  if (counting !== undefined) return (call) => released(call, counting(call));
  if (!prompt)
    return (call) => {
      const outcome = first(call);
      return call.interruptible ? closely(call, outcome) : outcomes.of(outcome, call);
    };
  const { succeeded } = outcomes;
  const failed = (error: unknown) => {
    outcomes.failed(error, undefined);
    throw error;
  };
  return (call) => {
    const outcome = first(call);
    return call.interruptible ? closely(call, outcome) : outcome.then(succeeded, failed);
  };
}

/** The outcome of a call, whose signal is left alone once it is there; most calls have none. */
function released(call: Call, outcome: Promise<unknown>): Promise<unknown> {
  return call.interruptible ? outcome.finally(() => call.release()) : outcome;
}
