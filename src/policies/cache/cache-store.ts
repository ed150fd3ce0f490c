import type { CacheEntry } from './cache-entry.js';

/** What an operation of a store is told besides its subject. */
export interface StoreCall {
  /** Aborts when nobody waits for the operation any more. */
  readonly signal: AbortSignal;
}

/** What an operation on many entries is told. */
export interface StoreSweep extends StoreCall {
  /** Only entries whose keys begin with this are meant: one store may keep those of several caches. */
  readonly prefix: string;
}

/** What may come at once or later. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Where entries are kept. A store keeps and gives; when an entry may be given, and what happens when the store fails or is slow, is the
 * cache's business: it gives up what takes longer than `storeTimeout`, repeats what failed, and takes every trouble for a miss. So a store
 * throws (or rejects) when something is wrong, and never pretends.
 *
 * - What `get` gives is what `set` was given last for the key, by this process or another that shares the store, whole or not at all.
 * - Once `set` or `delete` has resolved, every later `get` sees it.
 * - Operations on one key that overlap end as if the one that began last had come last; a store that copies what it keeps does so at the call of `set`.
 * - Keys and tags are any strings, also with lone surrogates; times are any numbers but NaN, also Infinity.
 * - An entry may be dropped at any time to make room, and should be once `lastUntil(entry)` is over.
 *
 * `cacheStoreSuite` of `holdfast/testing` tests all that.
 */
export interface CacheStore {
  /** What it is, in a word, for metrics and messages: 'memory', 'lmdb'. */
  readonly label?: string;
  /** What it keeps ends with the process, and is seen by no other: only then can instances have entries of their own. @default false */
  readonly volatile?: boolean;
  /** How many entries it keeps now, where it knows. */
  readonly size?: number | undefined;
  /** How many bytes these take, where it knows. */
  readonly bytes?: number | undefined;
  get(key: string, call: StoreCall): Awaitable<CacheEntry | undefined>;
  /**
   * What it has at hand, without asking anybody: all that a cache asks of it while it leaves it alone because it keeps failing. For stores that keep a
   * part of their entries closer than the rest.
   */
  peek?(key: string): CacheEntry | undefined;
  set(key: string, entry: CacheEntry, call: StoreCall): Awaitable<void>;
  /** Tells whether there was one. */
  delete(key: string, call: StoreCall): Awaitable<boolean>;
  /** Drops the entries with a tag that fits, `*` standing for any characters: `matchesTag` says which do. */
  deleteByTag(pattern: string, sweep: StoreSweep): Awaitable<void>;
  clear(sweep: StoreSweep): Awaitable<void>;
  /** Lets go of files, connections and timers; what it was told before is kept. */
  close?(): Awaitable<void>;
}
