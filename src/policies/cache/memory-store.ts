import { LRUCache } from 'lru-cache';
import { type Key, markPermanent } from '../../core/index.js';
import { bytesOf } from './bytes-of.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheStore, StoreSweep } from './cache-store.js';
import { TagIndex } from './tag-index.js';

/** The bounds of what is kept in memory. */
export interface MemoryBounds {
  readonly max: number;
  /** The most bytes that values take: those of their structured clone, or their own where they are bytes. */
  readonly maxBytes?: number | undefined;
}

/** Keeps entries in memory, up to a number of them, and to a number of bytes: the least recently used one gives way. */
export class MemoryStore implements CacheStore {
  readonly label = 'memory';
  readonly volatile = true;
  readonly #evicted: ((key: Key) => void) | undefined;
  readonly #tagged = new TagIndex<Key>();
  #bounds: MemoryBounds;
  #entries: LRUCache<Key, CacheEntry>;

  /** `evicted` is told of every key that gave way to another. */
  constructor(bounds: MemoryBounds, evicted?: (key: Key) => void) {
    this.#bounds = bounds;
    this.#evicted = evicted;
    this.#entries = this.#make(bounds);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What the values take; undefined where nobody asked for a bound. */
  get bytes(): number | undefined {
    return this.#bounds.maxBytes === undefined ? undefined : this.#entries.calculatedSize;
  }

  get(key: Key): CacheEntry | undefined {
    return this.#entries.get(key);
  }

  /** Keeps an entry; throws RangeError where it alone is larger than `maxBytes`, and what cannot be measured. */
  set(key: Key, entry: CacheEntry): void {
    this.#put(key, entry);
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  deleteByTag(pattern: string, { prefix }: Pick<StoreSweep, 'prefix'> = whole): void {
    for (const key of this.#tagged.matching(pattern)) if (isUnder(prefix, key)) this.#entries.delete(key);
  }

  clear({ prefix }: Pick<StoreSweep, 'prefix'> = whole): void {
    if (prefix === '') this.#entries.clear();
    else for (const key of [...this.#entries.keys()]) if (isUnder(prefix, key)) this.#entries.delete(key);
  }

  keys(): Iterable<Key> {
    return this.#entries.keys();
  }

  /** Changes how much it keeps: the least recently used entries beyond that give way. */
  resize(bounds: MemoryBounds): void {
    if (bounds.max === this.#bounds.max && bounds.maxBytes === this.#bounds.maxBytes) return;
    const before = [...(this.#entries.rentries() as Iterable<[Key, CacheEntry]>)];
    this.#bounds = bounds;
    this.#entries = this.#make(bounds);
    this.#tagged.clear();
    for (const [key, entry] of before) this.#move(key, entry);
  }

  #put(key: Key, entry: CacheEntry): void {
    const { maxBytes } = this.#bounds;
    if (maxBytes === undefined) this.#entries.set(key, entry);
    else this.#setMeasured(key, entry, maxBytes);
    if (entry.tags.length > 0) this.#tagged.add(key, entry.tags);
  }

  /** What has no room now will have none at the next attempt. */
  #setMeasured(key: Key, entry: CacheEntry, maxBytes: number): void {
    try {
      this.#entries.set(key, entry, { size: sizeWithin(maxBytes, entry.value) });
    } catch (error) {
      this.#entries.delete(key);
      throw markPermanent(error);
    }
  }

  #move(key: Key, entry: CacheEntry): void {
    try {
      this.#put(key, entry);
    } catch {
      this.#evicted?.(key); // larger than all that it may keep from now on
    }
  }

  #make({ max, maxBytes }: MemoryBounds): LRUCache<Key, CacheEntry> {
    const dispose = ({ tags }: CacheEntry, key: Key) => {
      if (tags.length > 0) this.#tagged.remove(key, tags);
    };
    const disposeAfter = (_entry: CacheEntry, key: Key, reason: string) => {
      if (reason === 'evict') this.#evicted?.(key);
    };
    return new LRUCache({ max, dispose, disposeAfter, ...(maxBytes !== undefined && { maxSize: maxBytes }) });
  }
}

function sizeWithin(maxBytes: number, value: unknown): number {
  const size = bytesOf(value);
  if (size <= maxBytes) return size;
  throw new RangeError(`a value of ${size} bytes is larger than maxBytes, ${maxBytes}`);
}

const whole = { prefix: '' };

function isUnder(prefix: string, key: Key): boolean {
  return prefix === '' || String(key).startsWith(prefix);
}
