import type { CallerSignal } from './credentials.js';

/** The outcome, unless the caller leaves before: then its own reason. What comes later says nothing to it. */
export function untilLeft<T>(outcome: Promise<T>, caller: CallerSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => caller.removeEventListener('abort', leave);
    const leave = () => {
      stop();
      reject(caller.reason);
    };
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
    if (caller.aborted) leave();
    else caller.addEventListener('abort', leave);
  });
}
