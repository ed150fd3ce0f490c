import {
  type Call,
  checkKey,
  type Key,
  keyReader,
  type Next,
  type Policy,
  policyKind,
  type Services,
  type Site,
} from '../../core/index.js';
import { type CachePutSettings, cachePutOptions } from './cache-put-options.js';
import { type Began, ChangedCaches } from './changed-caches.js';
import { keepsBy } from './keeps-by.js';
import { tagsOf } from './tags-of.js';

/** Keeping what a method returns for those who read it elsewhere, as a kind of policy. */
export const cachePut = policyKind({
  kind: 'cachePut',
  decorator: '@CachePut',
  places: ['cachePut'],
  options: cachePutOptions,
  alternatives: ['key', 'resultKey'],
  create: (settings, site, services) => new CachePutPolicy(settings, site, services),
});

/** Runs the method always, and keeps its result under the key by which others read it. */
class CachePutPolicy implements Policy {
  readonly #settings: CachePutSettings;
  readonly #keeps: ReturnType<typeof keepsBy>;
  readonly #tags: ReturnType<typeof tagsOf>;
  readonly #caches: ChangedCaches;
  readonly #stats = { puts: 0, drops: 0 };

  constructor(settings: CachePutSettings, site: Site, services: Services) {
    this.#settings = settings;
    this.#keeps = keepsBy(settings.cacheIf, '@CachePut');
    this.#tags = tagsOf(settings.tags, site.name, '@CachePut');
    this.#caches = new ChangedCaches(settings.cache, services, site);
  }

  get stats(): Readonly<Record<string, number>> {
    return this.#stats;
  }

  get summary(): string {
    return `into ${this.#caches.label}`;
  }

  wrap(next: Next): Next {
    const { key, resultKey } = this.#settings;
    if (resultKey !== undefined) return (call) => this.#run(call, next, (value) => keyOfResult(resultKey, value, call));
    const keyOf = keyReader(key);
    return (call) => {
      let own: Key | undefined;
      try {
        own = keyOf(call);
      } catch (error) {
        return Promise.reject(error);
      }
      return own === undefined ? next(call) : this.#run(call, next, () => own);
    };
  }

  async #run(call: Call, next: Next, keyOf: (value: unknown) => Key | undefined): Promise<unknown> {
    const began = this.#caches.begin();
    try {
      const value = await next(call);
      const key = keyOf(value);
      if (key !== undefined) await this.#put(key, value, call, began);
      return value;
    } finally {
      this.#caches.end(began);
    }
  }

  async #put(key: Key, value: unknown, call: Call, began: Began): Promise<void> {
    let tags: readonly string[] | undefined;
    try {
      if (this.#keeps?.(value, call) ?? true) tags = this.#tags?.(value, call) ?? [];
    } catch (mistake) {
      await this.#drop(key); // what was kept is older than what the method has done
      throw mistake;
    }
    if (tags === undefined) return this.#drop(key);
    this.#stats.puts++;
    await this.#caches.put({ key, value, tags }, call, began);
  }

  #drop(key: Key): Promise<void> {
    this.#stats.drops++;
    return this.#caches.drop({ key });
  }
}

function keyOfResult(
  resultKey: NonNullable<CachePutSettings['resultKey']>,
  value: unknown,
  { target, args, site }: Call,
): Key | undefined {
  return checkKey(resultKey.call(target, value, ...args), site);
}
