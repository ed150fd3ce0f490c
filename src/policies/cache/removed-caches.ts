import type { Cache } from './cache.js';

/** Caches that were taken out of their registry: the methods that were prepared with one go on reading it. */
export class RemovedCaches {
  #caches: { readonly name: string; readonly held: WeakRef<Cache> }[] = [];

  add(name: string, cache: Cache): void {
    this.#caches = this.#caches.filter(({ held }) => held.deref() !== undefined);
    this.#caches.push({ name, held: new WeakRef(cache) });
  }

  /** Those of a name that somebody still holds; without a name, all. */
  of(name?: string): Cache[] {
    const caches = name === undefined ? this.#caches : this.#caches.filter((removed) => removed.name === name);
    return caches.flatMap(({ held }) => held.deref() ?? []);
  }
}
