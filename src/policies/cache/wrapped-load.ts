import {
  type CurrentCall,
  callByHand,
  endable,
  enterCall,
  type Key,
  type Next,
  RuntimeDisposedError,
  watchSignal,
} from '../../core/index.js';
import type { CacheAnswers } from './cache-answers.js';
import type { CacheServices } from './cache-use.js';

/** How code waits for a value. */
export interface WrapOptions {
  /** Ends the wait; the load goes on as long as others wait for it. */
  readonly signal?: AbortSignal;
}

/** Loads a value. */
export type Load<T> = (call: CurrentCall) => T | PromiseLike<T>;

/** Runs a piece of code as the load of a key, through the same engine as protected methods. */
export async function runWrapped<T>(
  cache: string,
  key: () => Key,
  load: Load<T>,
  { signal }: WrapOptions,
  answers: CacheAnswers,
  { clock, lifetime, closing }: CacheServices,
): Promise<T> {
  const own = key();
  if (closing.ending) throw new RuntimeDisposedError(cache);
  if (signal?.aborted) throw signal.reason;
  const call = callByHand({ site: cache, clock, lifetime, closing }, signal);
  if (call.ending) throw call.ending.reason;
  if (signal) call.interruptible = true;
  const leave = signal && watchSignal(signal, () => call.end(signal.reason));
  try {
    return (await answers.answer(call, own, { load: endable(loaded(load)), keeps: undefined })) as T;
  } finally {
    leave?.();
  }
}

function loaded<T>(load: Load<T>): Next {
  return (call) => {
    call.start();
    const before = enterCall(call);
    try {
      return Promise.resolve(load(call));
    } catch (error) {
      return Promise.reject(error);
    } finally {
      enterCall(before);
    }
  };
}
