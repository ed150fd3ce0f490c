import { type Call, type Key, keyReader, type Next, type Policy, type Site } from '../../core/index.js';
import { type Cache, partsOf } from './cache.js';
import { CacheMissError } from './cache-miss-error.js';
import { askedMode, type CacheMode, undirected } from './cache-mode.js';
import type { CachedSettings } from './cache-options.js';
import { summaryOf } from './cache-summary.js';
import type { CacheUse } from './cache-use.js';
import { keepsBy } from './keeps-by.js';
import { ownKeys, type Sharing } from './own-keys.js';
import { tagsOf } from './tags-of.js';

/** Answers with a value that is kept already, and keeps what has to be loaded. */
export class CachePolicy implements Policy {
  readonly #cache: Cache;
  readonly #settings: CachedSettings;
  readonly #sharing: Sharing;
  readonly #site: Site;

  constructor(cache: Cache, settings: CachedSettings, sharing: Sharing, site: Site) {
    this.#cache = cache;
    this.#settings = settings;
    this.#sharing = sharing;
    this.#site = site;
  }

  get uses(): string {
    return this.#cache.name;
  }

  get stats(): Readonly<Record<string, number>> {
    const { size = Number.NaN, bytes = Number.NaN, ...counts } = this.#cache.stats;
    return { ...counts, size, bytes };
  }

  get summary(): string {
    return summaryOf(partsOf(this.#cache).keeper.settings);
  }

  wrap(next: Next): Next {
    const { answers, keeper } = partsOf(this.#cache);
    const { key, cacheIf, tags } = this.#settings;
    const use: CacheUse = { load: next, keeps: keepsBy(cacheIf, '@Cached'), tags: tagsOf(tags, this.#site.name) };
    const undirectedUse: CacheUse = { ...use, load: (call) => undirected(() => next(call)) };
    const keyOf = ownKeys(keyReader(key, keeper.isLasting), this.#sharing, keeper);
    return (call) => {
      const mode = askedMode();
      let own: Key | undefined;
      try {
        own = keyOf(call);
      } catch (error) {
        return Promise.reject(error);
      }
      if (mode !== undefined) return this.#directed(mode, call, own, undirectedUse);
      return own === undefined ? answers.pass(call, next) : answers.answer(call, own, use);
    };
  }
  #directed(mode: CacheMode, call: Call, key: Key | undefined, use: CacheUse): Promise<unknown> {
    const { answers } = partsOf(this.#cache);
    if (key !== undefined) return answers.answerAs(mode, call, key, use);
    return mode === 'onlyIfCached' ? Promise.reject(new CacheMissError(call.site)) : answers.pass(call, use.load);
  }
}
