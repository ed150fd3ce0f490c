import type { Call } from '../harness/question.js';

/** Ten places, and a queue for ninety: whoever leaves hands its place to the first in line. */
export function tenAtOnceThenInLine(fn: Call): Call {
  const line: (() => void)[] = [];
  let first = 0;
  let running = 0;
  const leave = () => {
    if (first === line.length) {
      running -= 1;
      return;
    }
    const next = line[first] as () => void;
    first += 1;
    if (first === line.length) {
      line.length = 0;
      first = 0;
    }
    next();
  };
  const run = () => {
    const outcome = fn();
    outcome.then(leave, leave);
    return outcome;
  };
  return () => {
    if (running < 10) {
      running += 1;
      return run();
    }
    if (line.length - first === 90) return Promise.reject(new Error('full'));
    return new Promise<void>((resolve) => line.push(resolve)).then(run);
  };
}
