import { Registry } from '../../core/index.js';
import { answersOf, Cache } from './cache.js';
import { type CacheOptions, type CacheSettings, cacheOptions } from './cache-options.js';
import type { CacheStats } from './cache-stats.js';
import type { CacheServices } from './cache-use.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly caches: CacheRegistry;
  }
}

/** The caches of one runtime, by name. */
export class CacheRegistry extends Registry<Cache, CacheOptions> {
  constructor(services: CacheServices) {
    super({
      decorator: cacheOptions.decorator,
      make: (name, given) => new Cache(name, complete(given, name), services),
      change: (cache, given, name) => answersOf(cache).change(complete(given, name)),
      complete,
      busy: (cache) => answersOf(cache).flights.size > 0,
    });
  }

  /** The counters of all caches, by name. */
  stats(): Record<string, CacheStats> {
    return Object.fromEntries([...this.entries()].map(([name, { stats }]) => [name, stats]));
  }
}

function complete(given: CacheOptions, name: string): CacheSettings {
  return cacheOptions.complete(cacheOptions.check(given, name), name);
}
