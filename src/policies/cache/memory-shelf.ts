import type { Clock, Key } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheSettings } from './cache-options.js';
import type { CacheTally } from './cache-tally.js';
import { MemoryStore } from './memory-store.js';
import type { Shelf } from './shelf.js';

/** Keeps entries in memory, as they are, on the monotonic clock: a step of the wall clock neither revives one nor ends it. */
export class MemoryShelf extends MemoryStore implements Shelf {
  readonly #clock: Clock;
  readonly #tally: CacheTally;

  constructor(settings: CacheSettings, clock: Clock, tally: CacheTally, evicted: (key: Key) => void) {
    super(settings, evicted);
    this.#clock = clock;
    this.#tally = tally;
  }

  now(): number {
    return this.#clock.coarse();
  }

  again(key: Key): CacheEntry | undefined {
    return this.get(key);
  }

  override set(key: Key, entry: CacheEntry, site = ''): void {
    try {
      super.set(key, entry);
      this.#tally.stored(site, key);
    } catch (error) {
      this.#tally.storeFailed({ site, key, operation: 'set', store: this.label, error });
    }
  }

  written(): undefined {
    return undefined;
  }

  change({ store, serializer, max, maxBytes }: CacheSettings): boolean {
    if (store !== undefined || serializer !== undefined) return false;
    this.resize({ max, maxBytes });
    return true;
  }
}
