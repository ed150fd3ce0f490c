import type { Key } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';

/**
 * Where entries are kept. A store does not look at their times: those are on the clock of whoever reads them. For a store in memory that is the
 * monotonic clock: a step of the wall clock neither revives an entry nor ends it. For one that outlives the process it can only be the wall clock.
 */
export interface CacheStore {
  readonly size: number;
  get(key: Key): CacheEntry | undefined;
  set(key: Key, entry: CacheEntry): void;
  delete(key: Key): boolean;
  clear(): void;
  keys(): Iterable<Key>;
}
