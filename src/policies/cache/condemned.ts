import { LRUCache } from 'lru-cache';
import type { CacheEntry } from './cache-entry.js';
import { skew } from './sound-entry.js';
import { matchesAny } from './tag-pattern.js';

/** How many keys, how many tags, and how many patterns of tags are remembered. */
const most = 10_000;

/** By how many milliseconds an entry may be made to count later than it was made. */
const longestDelay = 1000;

/** An entry is void when it was made before `before`; `open` while the store has not confirmed that it dropped what is. */
interface Verdict {
  before: number;
  open: boolean;
}

/**
 * What was invalidated in this process, by when: an entry that is older is not given, also where the store did not drop it. When there is no room for a
 * verdict that the store has not confirmed, everything as old counts as void: too much is loaded anew, but nothing is given that should not be.
 */
export class Condemned {
  readonly #keys = verdicts((before) => this.#everything(before));
  readonly #tags = verdicts((before) => this.#everything(before));
  readonly #patterns = verdicts((before) => this.#everything(before));
  /** Entries that look older than what was invalidated before them, as the wall clock was set back in between. */
  readonly #excused = new LRUCache<string, CacheEntry>({ max: most });
  #all = Number.NEGATIVE_INFINITY;
  /** When the last entry was made that this process has seen. */
  #latest = Number.NEGATIVE_INFINITY;

  /** Makes void what is kept of a key by now. */
  key(key: string, now: number): Verdict {
    this.#excused.delete(key);
    return note(this.#keys, key, this.#after(now));
  }

  /** Makes void what is kept by now with a tag that fits. */
  pattern(pattern: string, now: number): Verdict {
    for (const [key, { tags }] of [...this.#excused.entries()])
      if (matchesAny(pattern, tags)) this.#excused.delete(key);
    return note(pattern.includes('*') ? this.#patterns : this.#tags, pattern, this.#after(now));
  }

  /** Makes void all that is kept by now. */
  all(now: number): void {
    this.#everything(this.#after(now));
    this.#keys.clear();
    this.#tags.clear();
    this.#patterns.clear();
    this.#excused.clear();
  }

  /** The form in which a new entry counts after all that was invalidated before it. */
  admit(key: string, entry: CacheEntry): CacheEntry {
    const late = this.#earliest(key, entry.tags) - entry.createdAt;
    const admitted = late > 0 && late <= longestDelay ? { ...entry, createdAt: entry.createdAt + late } : entry;
    if (late > longestDelay) this.#excused.set(key, admitted);
    else this.#excused.delete(key);
    this.#latest = Math.max(this.#latest, admitted.createdAt);
    return admitted;
  }

  /** The store has confirmed an entry: nothing older is left there, but what was given up may still come, late. */
  confirm(key: string, entry: CacheEntry): void {
    const verdict = this.#keys.peek(key);
    if (verdict === undefined || this.has(key, entry)) return;
    verdict.open = false;
    verdict.before = Math.max(verdict.before, entry.createdAt);
  }

  /** A write of an entry was given up, and may still be done some time: after a newer one, then. */
  doubt(key: string, entry: CacheEntry): void {
    this.#remember(key, entry.createdAt);
  }

  /** The store has not taken an entry: what it has is older. Nobody asked for that to go; so it may come back when there is no room to remember. */
  refuse(key: string, entry: CacheEntry): void {
    if (this.#excused.peek(key) === entry) this.#excused.delete(key);
    this.#remember(key, entry.createdAt + 1); // itself too: it may still come, after a newer one
  }

  /** Takes note of an entry that is given: an invalidation from now on concerns it, whatever the clock of its maker. */
  see({ createdAt }: CacheEntry, now: number): void {
    if (createdAt <= now + skew) this.#latest = Math.max(this.#latest, createdAt);
  }

  /** Tells whether an entry is void. */
  has(key: string, entry: CacheEntry): boolean {
    if (this.#excused.size > 0 && this.#excused.get(key)?.createdAt === entry.createdAt) return false;
    const { createdAt, tags } = entry;
    if (createdAt < this.#all) return true;
    const own = this.#keys.size > 0 ? this.#keys.get(key) : undefined;
    if (own !== undefined && createdAt < own.before) return true;
    return createdAt < this.#earliestOf(tags);
  }

  #remember(key: string, before: number): void {
    const isOpen = this.#keys.peek(key)?.open ?? false;
    note(this.#keys, key, before).open = isOpen;
  }

  /** The first time at which an entry may be made that counts. */
  #earliest(key: string, tags: readonly string[]): number {
    const own = this.#keys.get(key)?.before ?? Number.NEGATIVE_INFINITY;
    return Math.max(this.#all, own, this.#earliestOf(tags));
  }

  /** The same by tags alone; only patterns have to be tried one by one. */
  #earliestOf(tags: readonly string[]): number {
    if (tags.length === 0 || this.#tags.size + this.#patterns.size === 0) return Number.NEGATIVE_INFINITY;
    const exact = tags.map((tag) => this.#tags.get(tag)?.before ?? Number.NEGATIVE_INFINITY);
    const fitting = [...this.#patterns].filter(([pattern]) => matchesAny(pattern, tags));
    return Math.max(...exact, ...fitting.map(([, { before }]) => before));
  }

  /** A time that is later than that of every entry so far. */
  #after(now: number): number {
    return Math.max(now, this.#latest) + 1;
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
