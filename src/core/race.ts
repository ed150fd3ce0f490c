import type { Call } from './call.js';
import type { Next } from './policy.js';

/**
 * Lets a call that somebody outside may end reject in the same moment, whatever the method does then.
 * It stands where the attempt's timeout does, so that a slot further in is held until the method really settles.
 */
export function endable(next: Next): Next {
  return (call) => {
    if (call.interruptible && call.ending) return Promise.reject(call.ending.reason);
    const outcome = next(call);
    return call.interruptible ? untilEnded(call, outcome) : outcome;
  };
}

/** The outcome, unless the call ends before. What comes later says nothing to anyone. */
export function untilEnded(call: Call, outcome: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { ending } = call;
    if (ending) {
      outcome.catch(late);
      reject(ending.reason);
      return;
    }
    const stop = call.watch(({ reason }) => reject(reason));
    outcome.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
}

function late(): void {} // the caller has its answer; a rejection that comes now is nobody's
