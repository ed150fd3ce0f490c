import { checkKey, type GivenKey, type Key } from '../../core/index.js';
import { CacheAnswers } from './cache-answers.js';
import type { CacheSettings } from './cache-options.js';
import type { CacheStats } from './cache-stats.js';
import type { CacheServices } from './cache-use.js';
import { type Load, runWrapped, type WrapOptions } from './wrapped-load.js';

/** What answers the calls of a cache's uses: for the policy alone. */
export let answersOf: (cache: Cache) => CacheAnswers;

/**
 * Values by key, fresh for a while: each loaded once, however many wait for it, the stale ones refreshed behind, and never more than `max`.
 * Where instances have values of their own, `get`, `set` and `wrap` speak of those of the first one.
 */
export class Cache {
  readonly name: string;
  readonly #answers: CacheAnswers;
  readonly #services: CacheServices;

  constructor(name: string, settings: CacheSettings, services: CacheServices) {
    this.name = name;
    this.#services = services;
    this.#answers = new CacheAnswers(name, settings, services);
  }

  /** The counters, as they are now. */
  get stats(): CacheStats {
    return { ...this.#answers.tally.counts, size: this.#answers.store.size };
  }

  /** The value of a key, while it is fresh. */
  get(key: GivenKey): unknown {
    const entry = this.#answers.store.get(this.#checked(key));
    return entry !== undefined && this.#services.clock.coarse() < entry.freshUntil ? entry.value : undefined;
  }

  /** Keeps a value, fresh from now on. What is being loaded for the key goes to those who wait, and is not kept. */
  set(key: GivenKey, value: unknown): void {
    const own = this.#checked(key);
    if (isThenable(value)) throw new TypeError(`cache '${this.name}': set() takes a value, not a promise of one`);
    this.#answers.keep(own, value, this.name);
  }

  /** Drops the values of a key, of every instance and method. What is being loaded for it goes to those who wait, and is not kept. */
  delete(key: GivenKey): boolean {
    return this.#forms(key).filter((form) => this.#answers.invalidate(form)).length > 0;
  }

  /** Drops all values. What is being loaded goes to those who wait, and is not kept. */
  clear(): void {
    this.#answers.clear();
  }

  /** Lets the next call load anew instead of waiting for what is being loaded, which is not kept. */
  forget(key: GivenKey): boolean {
    return this.#forms(key).filter((form) => this.#answers.flights.forget(form)).length > 0;
  }

  /**
   * The value of a key, loaded where there is none: what `@Cached` does for a method, for any piece of code.
   *
   * ```ts
   * const rate = await caches.get('rates').wrap('EUR', (call) => fetchRate('EUR', call.signal));
   * ```
   */
  wrap<T>(key: GivenKey, load: Load<T>, options: WrapOptions = {}): Promise<T> {
    return runWrapped(this.name, () => this.#checked(key), load, options, this.#answers, this.#services);
  }

  #forms(key: GivenKey): Key[] {
    const { owners, store, flights } = this.#answers;
    return owners.forms(this.#checked(key), [store, flights]);
  }

  #checked(key: GivenKey): Key {
    const checked = checkKey(key, `cache '${this.name}'`);
    if (checked === undefined) throw new TypeError(`cache '${this.name}': a key must be given`);
    return checked;
  }

  static {
    answersOf = (cache) => cache.#answers;
  }
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}
