import { Registry } from '../../core/index.js';
import { Cache, partsOf } from './cache.js';
import { type CacheOptions, type CacheSettings, cacheOptions } from './cache-options.js';
import type { CacheStats } from './cache-stats.js';
import type { CacheServices } from './cache-use.js';
import { type Drop, EarlyDrops } from './early-drops.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly caches: CacheRegistry;
  }
}

/** The caches of one runtime, by name. */
export class CacheRegistry extends Registry<Cache, CacheOptions> {
  readonly #early: EarlyDrops;

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
  }

  /** Drops something from a cache that is not there yet, as soon as it is: its store may have outlived an earlier process. */
  dropOnceMade(name: string, drop: Drop): void {
    this.#early.note(name, drop);
  }

  /** Drops all values with one of these tags from all caches; `*` in a pattern stands for any characters. Rejects where a store did not drop them. */
  async invalidate(tags: string | readonly string[]): Promise<void> {
    await each(this, (cache) => cache.invalidate(tags));
  }

  /** Drops all values of all caches. Rejects where a store did not drop them. */
  async clear(): Promise<void> {
    await each(this, (cache) => cache.clear());
  }

  /** Resolves once all that is to be kept or dropped in stores is, or has failed. */
  async written(): Promise<void> {
    await Promise.all([...this.entries()].map(([, cache]) => partsOf(cache).keeper.shelf.written()));
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
async function each(caches: CacheRegistry, act: (cache: Cache) => unknown): Promise<void> {
  const outcomes = await Promise.allSettled([...caches.entries()].map(async ([, cache]) => act(cache)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
