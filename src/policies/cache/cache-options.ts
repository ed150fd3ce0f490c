import {
  callback,
  count,
  type Duration,
  duration,
  flag,
  type KeyFunction,
  maybe,
  name,
  oneOf,
  optional,
  options,
  required,
  type Scope,
} from '../../core/index.js';

/** How a cache keeps values, whoever uses it. */
export interface CacheOptions {
  /** How long a value is fresh. A cache cannot be made without it. */
  readonly ttl?: Duration;
  /** How long after that it is still given at once, while one refresh runs behind. @default 0 */
  readonly staleFor?: Duration;
  /** How long after `ttl` it is still given when loading failed. @default 0 */
  readonly staleIfError?: Duration;
  /** The most values at a time; the least recently used one gives way. From 1 to 10000000. @default 1000 */
  readonly max?: number;
  /** How long a refresh behind a stale value may take. @default '30s' */
  readonly refreshTimeout?: Duration;
  /** The most refreshes at a time; beyond that, stale values wait for the next call. @default 100 */
  readonly maxRefreshes?: number;
}

/** How one method uses a cache. */
export interface CachedOptions extends CacheOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** Uses the cache of that name, together with every other use of the name in the runtime. */
  readonly name?: string;
  /**
   * Who shares values: 'instance' nobody, each instance has its own; 'method' all instances of the class; 'class' also its other methods, where they
   * have a `key`. All instances share the room of one cache.
   * @default 'instance'
   */
  readonly scope?: Scope;
  /** What is asked for, by the arguments; undefined goes past the cache, a throw rejects the call. `this` is the instance. @default all arguments */
  readonly key?: KeyFunction;
  /** Which values are kept; it is given the value and the arguments. A value that is not kept drops the one that was. @default all */
  // biome-ignore lint/suspicious/noExplicitAny: a method's value and arguments are its own
  readonly cacheIf?: (value: any, ...args: any[]) => boolean;
}

const lasting = duration({ min: 1 });

const common = {
  staleFor: optional(duration(), 0),
  staleIfError: optional(duration(), 0),
  max: optional(count({ min: 1, max: 10_000_000 }), 1000),
  refreshTimeout: optional(duration({ min: 1 }), '30s'),
  maxRefreshes: optional(count({ min: 1 }), 100),
} as const;

export const cachedOptions = options<CachedOptions>()('@Cached', {
  enabled: optional(flag(), true),
  ttl: maybe(lasting),
  ...common,
  name: maybe(name()),
  scope: optional(oneOf('method', 'class', 'instance'), 'instance'),
  key: maybe(callback<KeyFunction>()),
  cacheIf: maybe(callback<NonNullable<CachedOptions['cacheIf']>>()),
});

export const cacheOptions = options<CacheOptions>()('@Cached', { ttl: required(lasting), ...common });

export type CachedSettings = ReturnType<typeof cachedOptions.complete>;

export type CacheSettings = ReturnType<typeof cacheOptions.complete>;

/** The options among these that belong to the cache and not to the use. */
export function ofCache(given: CachedOptions): CacheOptions {
  const { ttl, staleFor, staleIfError, max, refreshTimeout, maxRefreshes } = given;
  const own = { ttl, staleFor, staleIfError, max, refreshTimeout, maxRefreshes };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}
