import type { Call, Key } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheSettings } from './cache-options.js';
import type { Awaitable } from './cache-store.js';

/** Who had a value kept: a method or the cache itself, and the call, where there was one. */
export interface Keeper {
  readonly site: string;
  readonly call: Call | undefined;
}

/** Where a cache keeps its entries, as its engine sees it: trouble is told and never thrown at a call. */
export interface Shelf {
  /** What it is, for metrics. */
  readonly label: string;
  readonly size: number | undefined;
  readonly bytes: number | undefined;
  /** Now, in the time of its entries. */
  now(): number;
  /** What is kept; where that takes a while, a promise that never rejects. */
  get(key: Key, site: string): Awaitable<CacheEntry | undefined>;
  /** What is kept by now, as far as that can be told at once, of a key for which `entry` was found. */
  again(key: Key, entry: CacheEntry): CacheEntry | undefined;
  /** Keeps an entry, which is given from now on; a promise where the store takes a while, which rejects where it does not keep it. */
  set(key: Key, entry: CacheEntry, site: string): Awaitable<void>;
  /** Drops an entry: from now on it is not given here; rejects where the store did not do it. */
  delete(key: Key, site: string): Awaitable<boolean>;
  deleteByTag(pattern: string): Awaitable<void>;
  clear(): Awaitable<void>;
  /** Resolves once everything is written; undefined where it is already. */
  written(): Promise<void> | undefined;
  /** The keys that are kept; undefined where nobody knows them. */
  keys(): Iterable<Key> | undefined;
  /** Takes other options; false where they ask for another shelf. */
  change(settings: CacheSettings): boolean;
}
