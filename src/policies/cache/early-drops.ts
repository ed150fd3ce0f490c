import type { Key } from '../../core/index.js';

/** What is dropped from a cache: what is kept under a key, what bears one of some tags, or everything. */
export type Drop = { readonly key: Key } | { readonly tags: readonly string[] } | { readonly all: true };

/** How many keys, and how many tags, are remembered for one cache; each tag costs its store a search. */
const most = { keys: 1000, tags: 100 };

/** What was dropped from caches before they were made: what they find in a store that outlived the process is older than that. */
export class EarlyDrops {
  readonly #named = new Map<string, Remembered>();
  readonly #everywhere = new Remembered();

  /** Notes what was dropped from a cache; without a name, from all. */
  note(drop: Drop, cache?: string): void {
    this.#dropsFrom(cache).add(drop);
  }

  /** Those for a cache that is made now. */
  take(cache: string): readonly Drop[] {
    const own = this.#named.get(cache);
    this.#named.delete(cache);
    return own === undefined ? this.#everywhere.drops() : [...this.#everywhere.drops(), ...own.drops()];
  }

  #dropsFrom(cache: string | undefined): Remembered {
    if (cache === undefined) return this.#everywhere;
    const known = this.#named.get(cache) ?? new Remembered();
    this.#named.set(cache, known);
    return known;
  }
}

/** Drops, each once; everything, where they are too many. */
class Remembered {
  readonly #keys = new Set<Key>();
  readonly #tags = new Set<string>();
  #all = false;

  add(drop: Drop): void {
    if (this.#all) return;
    if ('key' in drop) this.#keys.add(drop.key);
    else if ('tags' in drop) for (const tag of drop.tags) this.#tags.add(tag);
    this.#all = 'all' in drop || this.#keys.size > most.keys || this.#tags.size > most.tags;
    if (!this.#all) return;
    this.#keys.clear();
    this.#tags.clear();
  }

  drops(): Drop[] {
    if (this.#all) return [{ all: true }];
    const keys = [...this.#keys].map((key) => ({ key }));
    return this.#tags.size === 0 ? keys : [{ tags: [...this.#tags] }, ...keys];
  }
}
