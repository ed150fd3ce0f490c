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
import { askedMode, type CacheMode, checkedMode, undirected } from './cache-mode.js';
import type { Tags } from './cache-options.js';
import type { CacheServices } from './cache-use.js';
import { tagsOf } from './tags-of.js';

/** How code waits for a value. */
export interface WrapOptions<T = unknown> {
  /** Ends the wait; the load goes on as long as others wait for it. */
  readonly signal?: AbortSignal;
  /** How the cache is used this once: 'bypass', 'refresh' or 'onlyIfCached'. @default as usual */
  readonly cache?: CacheMode;
  /** By what the value can be invalidated besides its key. @default nothing */
  readonly tags?: readonly string[] | ((value: T) => readonly string[]);
}

/** Loads a value. */
export type Load<T> = (call: CurrentCall) => T | PromiseLike<T>;

/** Runs a piece of code as the load of a key, through the same engine as protected methods. */
export async function runWrapped<T>(
  cache: string,
  key: () => Key,
  load: Load<T>,
  { signal, cache: asked, tags }: WrapOptions<T>,
  answers: CacheAnswers,
  { clock, lifetime, closing }: CacheServices,
): Promise<T> {
  const own = key();
  const mode = asked === undefined ? askedMode() : checkedMode(asked);
  if (closing.ending) throw new RuntimeDisposedError(cache);
  if (signal?.aborted) throw signal.reason;
  const call = callByHand({ site: cache, clock, lifetime, closing }, signal);
  if (call.ending) throw call.ending.reason;
  if (signal) call.interruptible = true;
  const leave = signal && watchSignal(signal, () => call.end(signal.reason));
  try {
    const use = { load: endable(loaded(load)), keeps: undefined, tags: tagsOf(tags as Tags | undefined, cache) };
    return (await (mode === undefined ? answers.answer(call, own, use) : answers.answerAs(mode, call, own, use))) as T;
  } finally {
    leave?.();
  }
}

function loaded<T>(load: Load<T>): Next {
  return (call) => {
    call.start();
    const before = enterCall(call);
    try {
      return Promise.resolve(undirected(() => load(call)));
    } catch (error) {
      return Promise.reject(error);
    } finally {
      enterCall(before);
    }
  };
}
