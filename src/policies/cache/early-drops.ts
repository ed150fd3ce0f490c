import type { Key } from '../../core/index.js';

/** What is dropped from a cache: what is kept under a key, what bears one of some tags, or everything. */
export type Drop = { readonly key: Key } | { readonly tags: readonly string[] } | { readonly all: true };

/** How many are remembered for one cache. */
const most = 1000;

/** What was dropped from caches before they were made: what they find in a store that outlived the process is older than that. */
export class EarlyDrops {
  readonly #drops = new Map<string, Drop[]>();

  note(cache: string, drop: Drop): void {
    const before = this.#drops.get(cache) ?? [];
    this.#drops.set(cache, before.length < most ? [...before, drop] : [{ all: true }]);
  }

  /** Those for a cache that is made now. */
  take(cache: string): readonly Drop[] {
    const drops = this.#drops.get(cache) ?? [];
    this.#drops.delete(cache);
    return drops;
  }
}
