import type { Key } from '../../core/index.js';
import type { CacheSettings } from './cache-options.js';
import type { CacheStore } from './cache-store.js';
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
  /** Tells whether other options ask for the same shelf. */
  readonly fits: (settings: CacheSettings) => boolean;
}
