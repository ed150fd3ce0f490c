import {
  type Call,
  InvalidOptionsError,
  type Key,
  keyReader,
  type Next,
  type Policy,
  policyKind,
  type Services,
  type Site,
} from '../../core/index.js';
import {
  type CacheEvictOptions,
  type CacheEvictSettings,
  cacheEvictOptions,
  isPatterns,
} from './cache-evict-options.js';
import { ChangedCaches } from './changed-caches.js';
import type { Drop } from './early-drops.js';

/** Dropping from caches as a kind of policy. */
export const cacheEvict = policyKind({
  kind: 'cacheEvict',
  decorator: '@CacheEvict',
  places: ['cacheEvict'],
  options: cacheEvictOptions,
  alternatives: ['key', 'tags', 'all'],
  create: (settings, site, services) => new CacheEvictPolicy(settings, site, services),
});

/** Drops from caches what the method changes. */
class CacheEvictPolicy implements Policy {
  readonly #settings: CacheEvictSettings;
  readonly #caches: ChangedCaches;
  readonly #stats = { drops: 0 };

  constructor(settings: CacheEvictSettings, site: Site, services: Services) {
    this.#settings = settings;
    this.#caches = new ChangedCaches(settings.cache, services, site);
  }

  get stats(): Readonly<Record<string, number>> {
    return this.#stats;
  }

  get summary(): string {
    const { key, all, when } = this.#settings;
    const what = key === undefined ? 'by tags' : 'by key';
    return `${all ? 'all' : what} from ${this.#caches.label}, ${when}`;
  }

  wrap(next: Next): Next {
    const dropOf = this.#dropOf();
    const { when } = this.#settings;
    return (call) => {
      let drop: Drop | undefined;
      try {
        drop = dropOf(call);
      } catch (error) {
        return Promise.reject(error);
      }
      if (drop === undefined) return next(call);
      return when === 'after' ? this.#after(drop, next(call)) : this.#before(drop, call, next);
    };
  }

  async #after(drop: Drop, outcome: Promise<unknown>): Promise<unknown> {
    const value = await outcome;
    await this.#drop(drop);
    return value;
  }

  async #before(drop: Drop, call: Call, next: Next): Promise<unknown> {
    await this.#drop(drop);
    if (call.halt) throw call.halt.reason;
    return next(call);
  }

  #drop(drop: Drop): Promise<void> {
    this.#stats.drops++;
    return this.#caches.drop(drop);
  }

  /** Reads before the method runs what is dropped: a mistake costs nothing then. */
  #dropOf(): (call: Call) => Drop | undefined {
    const { key, tags } = this.#settings;
    if (key !== undefined) return keyDrop(keyReader(key));
    if (tags === undefined) return () => ({ all: true });
    return typeof tags === 'function' ? tagsDrop(tags) : () => ({ tags });
  }
}

function keyDrop(keyOf: (call: Call) => Key | undefined): (call: Call) => Drop | undefined {
  return (call) => {
    const key = keyOf(call);
    return key === undefined ? undefined : { key };
  };
}

function tagsDrop(
  tagsOf: Exclude<CacheEvictOptions['tags'], readonly string[] | undefined>,
): (call: Call) => Drop | undefined {
  return ({ target, args, site }) => {
    const tags: unknown = tagsOf.apply(target, [...args]);
    if (isPatterns(tags)) return tags.length === 0 ? undefined : { tags };
    const rule = 'must return a list of tags';
    throw new InvalidOptionsError({ decorator: '@CacheEvict', option: 'tags', rule, value: tags, site });
  };
}
