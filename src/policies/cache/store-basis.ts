import type { Key } from '../../core/index.js';
import type { CacheSettings } from './cache-options.js';
import type { Awaitable, CacheStore, StoreCall } from './cache-store.js';
import type { CacheTally } from './cache-tally.js';
import type { StoreGuard } from './store-guard.js';
import type { StoredValues } from './stored-values.js';

/** What a shelf stands on. */
export interface StoreBasis {
  readonly store: CacheStore;
  readonly guard: StoreGuard;
  readonly values: StoredValues;
  readonly tally: CacheTally;
  /** The form of a key in the store, all beginning with `prefix`. */
  readonly keyFor: (key: Key) => string;
  readonly prefix: string;
  readonly now: () => number;
  /** What the same shelf stands on with other options; undefined where these ask for another shelf. */
  readonly changed: (settings: CacheSettings) => StoreBasis | undefined;
}

/** An operation on many entries. */
export type Sweep = (basis: StoreBasis, call: StoreCall) => Awaitable<void>;
