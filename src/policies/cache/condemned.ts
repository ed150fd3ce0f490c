import { LRUCache } from 'lru-cache';
import type { CacheEntry } from './cache-entry.js';
import { matchesAny } from './tag-pattern.js';

/** How many keys, and how many patterns of tags, are remembered. */
const most = 10_000;

/** An entry is void when it was made before `before`; `open` while the store has not confirmed that it dropped what is. */
interface Verdict {
  readonly before: number;
  open: boolean;
}

/**
 * What was invalidated in this process, by when: an entry that is older is not given, also where the store did not drop it. When there is no room for a
 * verdict that the store has not confirmed, everything as old counts as void: too much is loaded anew, but nothing is given that should not be.
 */
export class Condemned {
  readonly #keys = verdicts((before) => this.#everything(before));
  readonly #patterns = verdicts((before) => this.#everything(before));
  #all = Number.NEGATIVE_INFINITY;

  /** Makes void what is kept of a key from before a time. */
  key(key: string, before: number): Verdict {
    return note(this.#keys, key, before);
  }

  /** Makes void what is kept from before a time with a tag that fits. */
  pattern(pattern: string, before: number): Verdict {
    return note(this.#patterns, pattern, before);
  }

  /** Makes void all that is kept from before a time. */
  all(before: number): void {
    this.#everything(before);
    this.#keys.clear();
    this.#patterns.clear();
  }

  /** The first time at which an entry may be made that counts. */
  earliest(key: string, tags: readonly string[]): number {
    const patterns = [...this.#patterns].filter(([pattern]) => matchesAny(pattern, tags));
    const own = this.#keys.get(key)?.before ?? Number.NEGATIVE_INFINITY;
    return Math.max(this.#all, own, ...patterns.map(([, { before }]) => before));
  }

  /** The store has confirmed a newer entry of a key than that which was void by then. */
  acquit(key: string, before: number): void {
    const verdict = this.#keys.peek(key);
    if (verdict !== undefined && verdict.before <= before) this.#keys.delete(key);
  }

  /** Tells whether an entry is void. */
  has(key: string, { createdAt, tags }: CacheEntry): boolean {
    if (createdAt < this.#all) return true;
    const own = this.#keys.size > 0 ? this.#keys.get(key) : undefined;
    if (own !== undefined && createdAt < own.before) return true;
    if (tags.length === 0 || this.#patterns.size === 0) return false;
    return [...this.#patterns].some(([pattern, { before }]) => createdAt < before && matchesAny(pattern, tags));
  }

  #everything(before: number): void {
    this.#all = Math.max(this.#all, before);
  }
}

function verdicts(lost: (before: number) => void): LRUCache<string, Verdict> {
  return new LRUCache({
    max: most,
    dispose: (verdict, _key, reason) => {
      if (reason === 'evict' && verdict.open) lost(verdict.before);
    },
  });
}

function note(among: LRUCache<string, Verdict>, what: string, before: number): Verdict {
  const verdict = { before: Math.max(before, among.peek(what)?.before ?? before), open: true };
  among.set(what, verdict);
  return verdict;
}

/** By how many milliseconds an entry may be made to count later than it was made. */
const longestDelay = 1000;

/** An entry that counts after what was invalidated in the same moment; not where the clock was set back since. */
export function postponed(entry: CacheEntry, from: number): CacheEntry {
  const late = from - entry.createdAt;
  return late > 0 && late <= longestDelay ? { ...entry, createdAt: from } : entry;
}
