import { count, maybe, optional, options } from '../core/index.js';
import { MemoryStore } from '../policies/cache/index.js';

/** How much a memory store keeps. */
export interface MemoryStoreOptions {
  /** The most entries at a time; the least recently used one gives way. From 1 to 10000000. @default 1000 */
  readonly max?: number;
  /** The most bytes that values take, as structured clones; larger single values are refused with a RangeError. @default no bound */
  readonly maxBytes?: number;
}

const memoryOptions = options<MemoryStoreOptions>()('memoryStore()', {
  max: optional(count({ min: 1, max: 10_000_000 }), 1000),
  maxBytes: maybe(count({ min: 1 })),
});

/**
 * Keeps entries in the memory of this process, as a cache does that is given no store: to stand before a slower store, or to be shared by
 * several caches.
 *
 * ```ts
 * const store = tiered(memoryStore({ max: 10_000, maxBytes: 64 * 1024 * 1024 }), lmdbStore({ path: 'cache' }));
 * ```
 */
export function memoryStore(given: MemoryStoreOptions = {}): MemoryStore {
  return new MemoryStore(memoryOptions.complete(memoryOptions.check(given), ''));
}
