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
  quantity,
  required,
  type Scope,
} from '../../core/index.js';
import { type LoadCircuitOptions, lasting, loadCircuit, type NegativeOptions, negativeTtl } from './cache-rules.js';
import type { CacheStore } from './cache-store.js';
import type { Serializer } from './serializer.js';
import { retryOfStore, type StoreRetryOptions, serializer, store, tagsOption, version } from './store-rules.js';

/** How long something lasts: a duration, or a function of the value and the arguments that gives one. `this` is the instance. */
// biome-ignore lint/suspicious/noExplicitAny: a method's value and arguments are its own
export type Lasts = Duration | ((value: any, ...args: any[]) => Duration);

/** By what values can be invalidated together: a list, or a function of the value and the arguments that gives one. `this` is the instance. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Tags = readonly string[] | ((value: any, ...args: any[]) => readonly string[]);

/** How a cache keeps values, whoever uses it. */
export interface CacheOptions {
  /** How long a value is fresh. A cache cannot be made without it. A function that gives 0 says that the value is not kept. */
  readonly ttl?: Lasts;
  /** How long after that it is still given at once, while one refresh runs behind. @default 0 */
  readonly staleFor?: Lasts;
  /** How long after `ttl` it is still given when loading failed. @default 0 */
  readonly staleIfError?: Lasts;
  /** By which share of `ttl`, at most, values are fresh for a shorter time, at random: what was loaded together does not expire together. From 0 to 1. @default 0 */
  readonly jitter?: number;
  /**
   * Refreshes a fresh value behind its callers before it expires, the likelier the nearer that is and the longer loading took: above 0, 1 is the
   * optimum of the source. Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention (2015), there called XFetch. @default 0
   */
  readonly beta?: number;
  /** Keeps errors too, in memory, for so long: those that are marked permanent, or those that `on` names. @default none */
  readonly negativeTtl?: Duration | NegativeOptions;
  /** The most values in memory at a time; the least recently used one gives way. From 1 to 10000000; not beside `store`. @default 1000 */
  readonly max?: number;
  /** The most bytes that the values in memory take, measured as structured clones, or as what `serializer` makes of them; not beside `store`. @default no bound */
  readonly maxBytes?: number;
  /** Where values are kept instead of in memory. @default memory of this runtime */
  readonly store?: CacheStore;
  /** Keeps values as these bytes, in memory or in the `store`. @default as they are */
  readonly serializer?: Serializer;
  /** What callers share: the kept value itself, a copy each ('structured', by `structuredClone`), or one that nobody can change ('freeze'). @default 'none' */
  readonly clone?: 'none' | 'structured' | 'freeze';
  /** Of which form the values are: what another version left in a store is not given. @default '' */
  readonly version?: string | number;
  /** How long a refresh behind a stale value may take. @default '30s' */
  readonly refreshTimeout?: Duration;
  /** The most refreshes at a time; beyond that, stale values wait for the next call. @default 100 */
  readonly maxRefreshes?: number;
  /**
   * How long a call waits for the `store`; after that it is a miss. Each attempt of a write, for which no call waits, may take twenty times as long, and an
   * operation on many entries a hundred times. @default '50ms'
   */
  readonly storeTimeout?: Duration;
  /** How often a write to the `store` is tried, and what passes in between; reads only where that fits into `storeTimeout`. @default { maxAttempts: 3, delay: '100ms' } */
  readonly storeRetry?: StoreRetryOptions | false;
  /** A circuit around all loads of the cache, `load:<name>` among the runtime's circuits. @default none */
  readonly loadCircuit?: LoadCircuitOptions | false;
  /** A circuit around the loads of each key, `key:<name>` among the runtime's circuits. @default none */
  readonly keyCircuit?: LoadCircuitOptions | false;
}

/** How one method uses a cache. */
export interface CachedOptions extends CacheOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** Uses the cache of that name, together with every other use of the name in the runtime. */
  readonly name?: string;
  /**
   * Who shares values: 'instance' nobody, each instance has its own; 'method' all instances of the class; 'class' also its other methods, where they
   * have a `key`. All instances share the room of one cache. Instances cannot be told apart in a store that outlives the process: there it is
   * 'method' where a `key` is given, and must be said where none is.
   * @default 'instance'
   */
  readonly scope?: Scope;
  /** What is asked for, by the arguments; undefined goes past the cache, a throw rejects the call. `this` is the instance. @default all arguments */
  readonly key?: KeyFunction;
  /** Which values are kept; it is given the value and the arguments. A value that is not kept drops the one that was. @default all */
  // biome-ignore lint/suspicious/noExplicitAny: a method's value and arguments are its own
  readonly cacheIf?: (value: any, ...args: any[]) => boolean;
  /** By what values can be invalidated together, besides their keys. @default none */
  readonly tags?: Tags;
}

const common = {
  staleFor: optional(lasting(), 0),
  staleIfError: optional(lasting(), 0),
  jitter: optional(quantity({ min: 0, max: 1 }), 0),
  beta: optional(quantity({ min: 0 }), 0),
  negativeTtl: maybe(negativeTtl()),
  max: optional(count({ min: 1, max: 10_000_000 }), 1000),
  maxBytes: maybe(count({ min: 1 })),
  store: maybe(store()),
  serializer: maybe(serializer()),
  clone: optional(oneOf('none', 'structured', 'freeze'), 'none'),
  version: optional(version(), ''),
  refreshTimeout: optional(duration({ min: 1 }), '30s'),
  maxRefreshes: optional(count({ min: 1 }), 100),
  storeTimeout: optional(duration({ min: 1 }), '50ms'),
  storeRetry: optional(retryOfStore(), {}),
  loadCircuit: optional(loadCircuit(), false),
  keyCircuit: optional(loadCircuit(), false),
} as const;

/** Bounds of the memory say nothing about a store. */
function boundsOf({ store, maxBytes }: { readonly store: unknown; readonly maxBytes: number | undefined }) {
  if (store === undefined || maxBytes === undefined) return undefined;
  return { option: 'maxBytes', rule: 'bounds the memory: give the store a bound of its own', value: maxBytes };
}

export const cachedOptions = options<CachedOptions>()(
  '@Cached',
  {
    enabled: optional(flag(), true),
    ttl: maybe(lasting({ min: 1 })),
    ...common,
    name: maybe(name()),
    scope: maybe(oneOf('method', 'class', 'instance')),
    key: maybe(callback<KeyFunction>()),
    cacheIf: maybe(callback<NonNullable<CachedOptions['cacheIf']>>()),
    tags: maybe(tagsOption()),
  },
  boundsOf,
);

export const cacheOptions = options<CacheOptions>()(
  '@Cached',
  { ttl: required(lasting({ min: 1 })), ...common },
  boundsOf,
);

export type CachedSettings = ReturnType<typeof cachedOptions.complete>;

export type CacheSettings = ReturnType<typeof cacheOptions.complete>;

/** The options among these that belong to the cache and not to the use. */
export function ofCache(given: CachedOptions): CacheOptions {
  const { enabled: _enabled, name: _name, scope: _scope, key: _key, cacheIf: _cacheIf, tags: _tags, ...own } = given;
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}
