import type { Call } from './call.js';
import type { Ending, Overrun } from './lifetime.js';
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
    const leave = ({ reason, overrun }: Ending) => {
      if (overrun !== undefined && call.started) goOn(outcome, overrun);
      reject(reason);
    };
    if (call.ending) {
      outcome.catch(late);
      leave(call.ending);
      return;
    }
    const stop = call.watch(leave);
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

/** The method goes on, for nobody: whoever ended it counts it until it settles, and takes its result. */
function goOn(outcome: Promise<unknown>, overrun: Overrun): void {
  overrun.zombies++;
  const settled = () => {
    overrun.zombies--;
    overrun.late++;
  };
  outcome.then((result) => {
    settled();
    overrun.take?.(result);
  }, settled);
}

function late(): void {} // the caller has its answer; a rejection that comes now is nobody's
