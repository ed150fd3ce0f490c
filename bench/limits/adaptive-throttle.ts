import type { Call } from '../harness/question.js';

const parts = 10;
const width = 6_000;

/** Refuses the share of calls that is beyond twice what succeeded in the last minute, nine in ten at most. */
export function adaptiveThrottle(fn: Call): Call {
  const asked = new Uint32Array(parts);
  const accepted = new Uint32Array(parts);
  let requests = 0;
  let accepts = 0;
  let part = 0;
  let until = performance.now() + width;

  function forward(): void {
    for (let now = performance.now(); now >= until; until += width) {
      part = (part + 1) % parts;
      requests -= asked[part] as number;
      accepts -= accepted[part] as number;
      asked[part] = 0;
      accepted[part] = 0;
    }
  }
  const count = () => {
    requests += 1;
    asked[part] = (asked[part] as number) + 1;
  };
  const succeeded = () => {
    count();
    accepts += 1;
    accepted[part] = (accepted[part] as number) + 1;
  };
  return () => {
    forward();
    const share = requests < 10 ? 0 : Math.min(0.9, (requests - 2 * accepts) / (requests + 1));
    if (share > 0 && Math.random() < share) {
      count();
      return Promise.reject(new Error('throttled'));
    }
    const outcome = fn();
    outcome.then(succeeded, count);
    return outcome;
  };
}
