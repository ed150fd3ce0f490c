import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../harness/question.js';
import { CircuitOpen } from './circuit.js';

/** Three attempts, a millisecond apart. A call that succeeds at once pays for one `then` whose handler is made once. */
export function retry(fn: Call): Call {
  const tryAgain = async (first: unknown): Promise<number> => {
    let error = first;
    for (let attempt = 2; attempt <= 3 && !(error instanceof CircuitOpen); attempt++) {
      await sleep(1);
      try {
        return await fn();
      } catch (latest) {
        error = latest;
      }
    }
    throw error;
  };
  return () => fn().then(undefined, tryAgain);
}
