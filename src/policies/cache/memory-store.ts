import { LRUCache } from 'lru-cache';
import type { Key } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheStore } from './cache-store.js';

/** Keeps entries in memory, up to a number of them: the least recently used one gives way. */
export class MemoryStore implements CacheStore {
  readonly #evicted: (key: Key) => void;
  #entries: LRUCache<Key, CacheEntry>;

  /** `evicted` is told of every key that gave way to another. */
  constructor(max: number, evicted: (key: Key) => void) {
    this.#evicted = evicted;
    this.#entries = this.#make(max);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): CacheEntry | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, entry: CacheEntry): void {
    this.#entries.set(key, entry);
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): Iterable<Key> {
    return this.#entries.keys();
  }

  /** Changes how many entries it keeps: the least recently used ones beyond that give way. */
  resize(max: number): void {
    if (max === this.#entries.max) return;
    const before = this.#entries;
    this.#entries = this.#make(max);
    for (const [key, entry] of before.rentries() as Iterable<[Key, CacheEntry]>) this.#entries.set(key, entry);
  }

  #make(max: number): LRUCache<Key, CacheEntry> {
    return new LRUCache({ max, disposeAfter: (_entry, key, reason) => reason === 'evict' && this.#evicted(key) });
  }
}
