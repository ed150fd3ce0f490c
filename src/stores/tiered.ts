import type { CacheStore } from '../policies/cache/index.js';
import { type TieredOptions, tieredSettings } from './tiered-options.js';
import { TieredStore } from './tiered-store.js';

/**
 * Joins a fast store to a slow one: what is asked often is answered by the first, what is kept is kept by the second. The slow one is the truth:
 * the fast one never has what the slow one did not confirm.
 *
 * ```ts
 * const store = tiered(memoryStore({ max: 10_000 }), lmdbStore({ path: 'cache' }), { fastFor: '10s' });
 * ```
 *
 * The fast store belongs to it alone: it may be emptied at any time. Three stores are two that are joined, joined to a third.
 */
export function tiered(fast: CacheStore, slow: CacheStore, options: TieredOptions = {}): CacheStore {
  return new TieredStore(fast, slow, tieredSettings(fast, slow, options));
}
