import { Registry } from '../../core/index.js';
import { Cache, partsOf } from './cache.js';
import { type CacheOptions, type CacheSettings, cacheOptions } from './cache-options.js';
import type { CacheStats } from './cache-stats.js';
import type { CacheServices } from './cache-use.js';
import { type Drop, EarlyDrops } from './early-drops.js';
import { readPatterns } from './keep-options.js';
import { RemovedCaches } from './removed-caches.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly caches: CacheRegistry;
  }
}

/** The caches of one runtime, by name. */
export class CacheRegistry extends Registry<Cache, CacheOptions> {
  readonly #early: EarlyDrops;
  readonly #removed = new RemovedCaches();

  constructor(services: CacheServices) {
    const early = new EarlyDrops();
    super({
      decorator: cacheOptions.decorator,
      make: (name, given) => new Cache(name, complete(given, name), services, early.take(name)),
      change: (cache, given, name) => change(cache, complete(given, name)),
      complete,
      busy: (cache) => partsOf(cache).loads.flights.size > 0,
    });
    this.#early = early;
    this.on('removed', (name, cache) => this.#removed.add(name, cache));
  }

  /** What methods may be reading under a name, without one anywhere: what is registered, and what was removed while they held it. */
  inUse(name?: string): Cache[] {
    const registered = name === undefined ? [...this.entries()].map(([, cache]) => cache) : (this.find(name) ?? []);
    return [...this.#removed.of(name)].concat(registered);
  }

  /** Drops something from a cache that is not there yet (without a name from all of these) as soon as it is: its store may have outlived an earlier process. */
  dropOnceMade(drop: Drop, name?: string): void {
    this.#early.note(drop, name);
  }

  /**
   * Drops all values with one of these tags from all caches, also from those that are only made later; `*` in a pattern stands for any characters.
   * Rejects where a store did not drop them.
   */
  async invalidate(tags: string | readonly string[]): Promise<void> {
    const patterns = readPatterns(tags, 'caches');
    this.#early.note({ tags: patterns });
    await each(this.inUse(), (cache) => cache.invalidate(patterns));
  }

  /** Drops all values of all caches, also of those that are only made later. Rejects where a store did not drop them. */
  async clear(): Promise<void> {
    this.#early.note({ all: true });
    await each(this.inUse(), (cache) => cache.clear());
  }

  /** Resolves once nobody waits for a value by hand, and all that is to be kept or dropped in stores is, or has failed. */
  async written(): Promise<void> {
    await Promise.all(this.inUse().map((cache) => partsOf(cache).keeper.wrapped.settled()));
    await Promise.all(this.inUse().map((cache) => partsOf(cache).keeper.shelf.written()));
  }

  /** The counters of all caches, by name. */
  stats(): Record<string, CacheStats> {
    return Object.fromEntries([...this.entries()].map(([name, { stats }]) => [name, stats]));
  }
}

function complete(given: CacheOptions, name: string): CacheSettings {
  return cacheOptions.complete(cacheOptions.check(given, name), name);
}

function change(cache: Cache, settings: CacheSettings): void {
  const { keeper, loads } = partsOf(cache);
  keeper.change(settings);
  loads.change();
}

/** Does something to every cache, also where it fails for one; then throws what failed first. */
async function each(caches: readonly Cache[], act: (cache: Cache) => unknown): Promise<void> {
  const outcomes = await Promise.allSettled(caches.map(async (cache) => act(cache)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
