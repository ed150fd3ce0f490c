import {
  type CurrentCall,
  callByHand,
  endable,
  enterCall,
  InvalidOptionsError,
  type Key,
  maybe,
  type Next,
  oneOf,
  options,
  RuntimeDisposedError,
  that,
  watchSignal,
} from '../../core/index.js';
import type { CacheAnswers } from './cache-answers.js';
import { askedMode, type CacheMode, cacheModes, undirected } from './cache-mode.js';
import type { Tags } from './cache-options.js';
import type { Keeper } from './keeper.js';
import { tagsOption } from './store-rules.js';
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

const wrapOptions = options<WrapOptions>()('wrap()', {
  signal: maybe(that<AbortSignal>(isSignal, 'must be an AbortSignal')),
  cache: maybe(oneOf(...cacheModes)),
  tags: maybe(tagsOption()),
});

/** Loads a value. */
export type Load<T> = (call: CurrentCall) => T | PromiseLike<T>;

/** Runs a piece of code as the load of a key, through the same engine as protected methods. */
export function runWrapped<T>(
  keeper: Keeper,
  answers: CacheAnswers,
  key: () => Key,
  load: Load<T>,
  given: WrapOptions<T> | undefined,
): Promise<T> {
  return keeper.wrapped.add(run(keeper, answers, key, load, given));
}

async function run<T>(
  { cache, services: { clock, lifetime, closing } }: Keeper,
  answers: CacheAnswers,
  key: () => Key,
  load: Load<T>,
  given: WrapOptions<T> | undefined,
): Promise<T> {
  const own = key();
  if (typeof load !== 'function') throw notLoading(load, cache);
  const { signal, cache: asked, tags } = given === undefined ? none : wrapOptions.check(given, cache);
  const mode = asked ?? askedMode();
  if (closing.ending) throw new RuntimeDisposedError(cache);
  if (signal?.aborted) throw signal.reason;
  const call = callByHand({ site: cache, clock, lifetime, closing }, signal);
  if (call.ending) throw call.ending.reason;
  if (signal) call.interruptible = true;
  const leave = signal && watchSignal(signal, () => call.end(signal.reason));
  try {
    const use = {
      load: endable(loaded(load)),
      keeps: undefined,
      tags: tagsOf(tags as Tags | undefined, cache, 'wrap()'),
    };
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

const none: WrapOptions = {};

function notLoading(value: unknown, site: string): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'wrap()', rule: 'takes a function that loads the value', value, site });
}

/** One of another realm, or made by hand, is one too. */
function isSignal(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<AbortSignal>).addEventListener === 'function'
  );
}
