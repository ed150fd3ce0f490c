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
import { ChangedCaches } from './changed-caches.js';
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
  readonly #site: string;
  readonly #caches: ChangedCaches;
  readonly #stats = { puts: 0 };

  constructor(settings: CachePutSettings, site: Site, services: Services) {
    this.#settings = settings;
    this.#site = site.name;
    this.#caches = new ChangedCaches(settings.cache, services.registries.caches, services, site.name);
  }

  get stats(): Readonly<Record<string, number>> {
    return this.#stats;
  }

  get summary(): string {
    return `into ${this.#caches.label}`;
  }

  wrap(next: Next): Next {
    const { key, resultKey } = this.#settings;
    if (resultKey !== undefined)
      return (call) => this.#put(call, next(call), (value) => keyOfResult(resultKey, value, call));
    const keyOf = keyReader(key);
    return (call) => {
      let own: Key | undefined;
      try {
        own = keyOf(call);
      } catch (error) {
        return Promise.reject(error);
      }
      return own === undefined ? next(call) : this.#put(call, next(call), () => own);
    };
  }

  async #put(call: Call, outcome: Promise<unknown>, keyOf: (value: unknown) => Key | undefined): Promise<unknown> {
    const value = await outcome;
    const { cacheIf, tags } = this.#settings;
    const key = keyOf(value);
    if (key === undefined) return value;
    this.#stats.puts++;
    if (keepsBy(cacheIf, '@CachePut')?.(value, call) ?? true)
      await this.#caches.put(key, value, tagsOf(tags, this.#site)?.(value, call) ?? [], call);
    else await this.#caches.drop({ key });
    return value;
  }
}

function keyOfResult(
  resultKey: NonNullable<CachePutSettings['resultKey']>,
  value: unknown,
  { target, args, site }: Call,
): Key | undefined {
  return checkKey(resultKey.call(target, value, ...args), site);
}
