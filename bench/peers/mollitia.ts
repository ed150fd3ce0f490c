import { Circuit, type Module, SlidingCountBreaker } from 'mollitia';
import type { Call } from '../harness/question.js';

/** mollitia as it comes; its only setting with a price is the number of modules. */
export function mollitia(fn: Call, ...modules: Module[]): Call {
  const circuit = new Circuit({ func: fn, options: { modules } });
  return () => circuit.execute();
}

/** Its circuit over a count window. Slow calls, which it would time, are not asked for. */
export function slidingCount(window: number, minimumCalls: number, failurePercentage: number): Module {
  return new SlidingCountBreaker({
    slidingWindowSize: window,
    minimumNumberOfCalls: minimumCalls,
    failureRateThreshold: failurePercentage,
    slowCallDurationThreshold: 0,
    openStateDelay: 3_600_000,
  });
}

/** Five failures in a row are all of the last five calls. mollitia reads a threshold of 100 as "never", hence 99.9. */
export function fiveOfFive(): Module {
  return slidingCount(5, 5, 99.9);
}
