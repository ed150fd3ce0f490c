import type { Call } from '../harness/question.js';

/** Ten places and no queue. It only observes: the promise of the call itself is what the caller gets. */
export function tenAtOnce(fn: Call): Call {
  let running = 0;
  const settled = () => {
    running -= 1;
  };
  return () => {
    if (running === 10) return Promise.reject(new Error('full'));
    running += 1;
    const outcome = fn();
    outcome.then(settled, settled);
    return outcome;
  };
}
