import { callback, flag, type KeyFunction, maybe, optional, options, required } from '../../core/index.js';
import { caches } from './cache-evict-options.js';
import type { CachedOptions, Tags } from './cache-options.js';
import { tagsOption } from './store-rules.js';

/** Where the result of a method is kept for those who read it later. */
export interface CachePutOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** The names of the caches. An unnamed cache is called as its method, 'Users.find'. */
  readonly cache?: string | readonly string[];
  /** The key under which the readers look, by the arguments; undefined keeps nothing, a throw rejects the call before the method runs. `this` is the instance. */
  readonly key?: KeyFunction;
  /** The same by the result, where the arguments do not tell: `(user) => user.id`. It is given the result and the arguments. */
  // biome-ignore lint/suspicious/noExplicitAny: a method's result and arguments are its own
  readonly resultKey?: (result: any, ...args: any[]) => unknown;
  /** Which results are kept. One that is not drops the value that was. @default all */
  readonly cacheIf?: CachedOptions['cacheIf'];
  /** By what values can be invalidated together, besides their keys. @default none */
  readonly tags?: Tags;
}

export const cachePutOptions = options<CachePutOptions>()(
  '@CachePut',
  {
    enabled: optional(flag(), true),
    cache: required(caches()),
    key: maybe(callback<KeyFunction>()),
    resultKey: maybe(callback<NonNullable<CachePutOptions['resultKey']>>()),
    cacheIf: maybe(callback<NonNullable<CachePutOptions['cacheIf']>>()),
    tags: maybe(tagsOption()),
  },
  ({ key, resultKey }) =>
    (key === undefined) === (resultKey === undefined)
      ? { option: 'key', rule: 'or resultKey must be given, and only one of them' }
      : undefined,
);

export type CachePutSettings = ReturnType<typeof cachePutOptions.complete>;
