import {
  type Call,
  hasInstances,
  InvalidOptionsError,
  type Key,
  keyReader,
  type Next,
  type Policy,
  type Site,
  splitKey,
} from '../../core/index.js';
import { answersOf, type Cache } from './cache.js';
import type { CachedSettings } from './cache-options.js';
import type { CacheStats } from './cache-stats.js';
import type { CacheUse } from './cache-use.js';

/** Answers with a value that is kept already, and keeps what has to be loaded. */
export class CachePolicy implements Policy {
  readonly #cache: Cache;
  readonly #settings: CachedSettings;
  readonly #site: Site;

  constructor(cache: Cache, settings: CachedSettings, site: Site) {
    this.#cache = cache;
    this.#settings = settings;
    this.#site = site;
  }

  get uses(): string {
    return this.#cache.name;
  }

  get stats(): CacheStats {
    return this.#cache.stats;
  }

  get summary(): string {
    const { ttl, staleFor, staleIfError } = answersOf(this.#cache).settings;
    const stale = staleFor > 0 ? `, stale for ${staleFor} ms` : '';
    const failed = staleIfError > 0 ? `, ${staleIfError} ms if loading fails` : '';
    return `fresh for ${ttl} ms${stale}${failed}`;
  }

  wrap(next: Next): Next {
    const answers = answersOf(this.#cache);
    const use: CacheUse = { load: next, keeps: this.#keeps() };
    const keyOf = this.#ownKeys();
    return (call) => {
      let key: Key | undefined;
      try {
        key = keyOf(call);
      } catch (error) {
        return Promise.reject(error);
      }
      return key === undefined ? answers.pass(call, next) : answers.answer(call, key, use);
    };
  }

  #keeps(): CacheUse['keeps'] {
    const { cacheIf } = this.#settings;
    if (cacheIf === undefined) return undefined;
    return (value, { target, args, site }) => {
      const kept: unknown = cacheIf.call(target, value, ...args);
      if (!(kept instanceof Promise)) return Boolean(kept);
      throw new InvalidOptionsError({ decorator: '@Cached', option: 'cacheIf', rule: 'must not be async', site });
    };
  }

  /** Reads the key under which a call's value is kept, apart from those of other instances and methods. */
  #ownKeys(): (call: Call) => Key | undefined {
    const keyOf = keyReader(this.#settings.key);
    const numbers = answersOf(this.#cache).owners.space(this.#space());
    if (this.#settings.scope === 'instance' && hasInstances(this.#site)) {
      return (call) => {
        const key = keyOf(call);
        return key === undefined ? undefined : splitKey(key, numbers.of(call.target));
      };
    }
    const by = numbers.of(undefined);
    return (call) => {
      const key = keyOf(call);
      return key === undefined ? undefined : splitKey(key, by);
    };
  }

  /** Who may share values with this method. Equal arguments of two methods are two questions: without a `key` it shares with nobody. */
  #space(): unknown {
    const { key, name } = this.#settings;
    const { concrete, name: site } = this.#site;
    if (key === undefined) return site;
    if (name !== undefined) return this.#cache;
    return typeof concrete === 'function' ? (concrete.prototype ?? concrete) : concrete; // not its name: two classes may have the same
  }
}
