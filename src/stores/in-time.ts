import { type Clock, watchSignal } from '../core/index.js';
import type { Awaitable } from '../policies/cache/index.js';
import { isPromise } from './is-promise.js';

/** How long a store is waited for, in milliseconds, when nobody needs its answer any more. */
export const longestWait = 1000;

/** What a store answers; when it says nothing for a while after the signal has aborted, it has failed for that reason. */
export function inTime<T>(answer: Awaitable<T>, signal: AbortSignal, clock: Clock): Awaitable<T> {
  if (!isPromise(answer)) return answer;
  return new Promise((resolve, reject) => {
    let stop: (() => void) | undefined;
    const leave = watchSignal(signal, () => {
      stop = clock.later(longestWait, () => reject(signal.reason));
    });
    const over = () => {
      leave();
      stop?.();
    };
    answer.then(over, over);
    answer.then(resolve, reject);
  });
}

/** What a store answers; when it takes longer than that, it has failed. */
export function within<T>(duration: number, answer: Promise<T>, clock: Clock): Promise<T> {
  if (duration === Number.POSITIVE_INFINITY) return answer;
  return new Promise((resolve, reject) => {
    const stop = clock.later(duration, () => reject(new Error(`the store did not answer within ${duration} ms`)));
    answer.then(stop, stop);
    answer.then(resolve, reject);
  });
}
