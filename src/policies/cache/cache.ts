import { checkKey, type GivenKey, type Key } from '../../core/index.js';
import { CacheAnswers } from './cache-answers.js';
import type { CacheSettings } from './cache-options.js';
import type { CacheStats } from './cache-stats.js';
import type { Awaitable } from './cache-store.js';
import type { CacheServices } from './cache-use.js';
import { Changes } from './changes.js';
import type { Drop } from './early-drops.js';
import { type KeepOptions, readKeeping, readPatterns } from './keep-options.js';
import { behind, Keeper } from './keeper.js';
import { Loads } from './loads.js';
import { isPromise } from './store-guard.js';
import { type Load, runWrapped, type WrapOptions } from './wrapped-load.js';

/** The parts of a cache, for its policies alone. */
export function partsOf(cache: Cache): CacheParts {
  return Cache.partsOf(cache);
}

/** What a cache is made of. */
export interface CacheParts {
  readonly keeper: Keeper;
  readonly loads: Loads;
  readonly answers: CacheAnswers;
  readonly changes: Changes;
  /** The forms of a key that is dropped. */
  readonly doomed: (whole: Key) => Key[];
}

/**
 * Values by key, fresh for a while: each loaded once, however many wait for it, the stale ones refreshed behind, and never more than `max`.
 * Where instances have values of their own, `get`, `set` and `wrap` speak of those of the first one. With a `store` (or a `serializer`), what is
 * not `wrap` or `stats` may answer with a promise: await it.
 */
export class Cache {
  readonly name: string;
  readonly #keeper: Keeper;
  readonly #loads: Loads;
  readonly #answers: CacheAnswers;
  readonly #changes = new Changes();

  constructor(name: string, settings: CacheSettings, services: CacheServices, early: readonly Drop[] = []) {
    this.name = name;
    this.#keeper = new Keeper(name, settings, services, early);
    this.#loads = new Loads(this.#keeper);
    this.#answers = new CacheAnswers(this.#keeper, this.#loads);
    for (const drop of early) if ('key' in drop) behind(this.#invalidate(drop.key));
  }

  /** The counters, as they are now. */
  get stats(): CacheStats {
    const { shelf, tally } = this.#keeper;
    return { ...tally.counts, size: shelf.size, bytes: shelf.bytes };
  }

  /** Where it keeps its values, in a word: 'memory', 'lmdb'. */
  get store(): string {
    return this.#keeper.shelf.label;
  }

  /** The value of a key, while it is fresh. */
  get(key: GivenKey): unknown {
    const { shelf } = this.#keeper;
    const found = shelf.get(this.#checked(key), this.name);
    return isPromise(found) ? found.then((entry) => this.#fresh(entry)) : this.#fresh(found);
  }

  /**
   * Keeps a value, fresh from now on, as long as the options of the cache say, or those given here. What is being loaded for the key goes to those
   * who wait, and is not kept. With a store, resolves once that has it, and rejects where it cannot be kept.
   */
  set(key: GivenKey, value: unknown, options: KeepOptions = {}): Awaitable<void> {
    const own = this.#checked(key);
    if (isPromise(value)) throw new TypeError(`cache '${this.name}': set() takes a value, not a promise of one`);
    const { own: terms, tags } = readKeeping(options, this.name);
    this.#changes.note({ key: own });
    this.#loads.flights.forget(own);
    return this.#keeper.keep(own, { value, tags, loadTime: undefined }, this.name, undefined, terms);
  }

  /**
   * Drops the values of a key, of every instance and method, and tells whether there was one. What is being loaded for it goes to those who wait, and
   * is not kept. Rejects where the store did not drop it; in this process it is not given any more all the same.
   */
  delete(key: GivenKey): Awaitable<boolean> {
    const whole = this.#checked(key);
    this.#changes.note({ key: whole });
    const outcomes = this.#doomed(whole).map((form) => this.#invalidate(form));
    return outcomes.some(isPromise) ? Promise.all(outcomes).then(any) : any(outcomes as readonly boolean[]);
  }

  /**
   * Drops all values with one of these tags; in a pattern, `*` stands for any characters: `'user:*'`. What is being loaded with such a tag goes to
   * those who wait, and is not kept. Rejects where the store did not drop them; in this process they are not given any more all the same.
   */
  invalidate(tags: string | readonly string[]): Awaitable<void> {
    const patterns = readPatterns(tags, this.name);
    this.#changes.note({ tags: patterns });
    for (const pattern of patterns) this.#loads.invalidate(pattern);
    return allOf(patterns.map((pattern) => this.#keeper.dropTagged(pattern)));
  }

  /** Drops all values. What is being loaded goes to those who wait, and is not kept. */
  clear(): Awaitable<void> {
    this.#changes.note({ all: true });
    this.#loads.flights.clear();
    return this.#keeper.clear();
  }

  /** Lets the next call load anew instead of waiting for what is being loaded, which is not kept. */
  forget(key: GivenKey): boolean {
    const { flights } = this.#loads;
    return this.#forms(this.#checked(key)).filter((form) => flights.forget(form)).length > 0;
  }

  /**
   * The value of a key, loaded where there is none: what `@Cached` does for a method, for any piece of code.
   *
   * ```ts
   * const rate = await caches.get('rates').wrap('EUR', (call) => fetchRate('EUR', call.signal));
   * ```
   */
  wrap<T>(key: GivenKey, load: Load<T>, options?: WrapOptions<T>): Promise<T> {
    return runWrapped(this.#keeper, this.#answers, () => this.#checked(key), load, options);
  }

  #fresh(entry: { readonly value: unknown; readonly freshUntil: number } | undefined): unknown {
    const { shelf, copies } = this.#keeper;
    if (entry === undefined || shelf.now() >= entry.freshUntil) return undefined;
    return copies === undefined ? entry.value : copies.given(entry.value);
  }

  #invalidate(key: Key): Awaitable<boolean> {
    this.#loads.flights.forget(key);
    return this.#keeper.drop(key, this.name);
  }

  /** All forms of a key that are kept or loaded; where nobody knows which, or looking would take longer, all that there may be. */
  #forms(whole: Key): Key[] {
    const { owners, shelf } = this.#keeper;
    const { flights } = this.#loads;
    const keys = shelf.keys();
    if (keys === undefined || owners.count <= (shelf.size ?? 0) + flights.size + 1) return owners.allForms(whole);
    return owners.formsAmong(whole, [keys, flights.keys()]);
  }

  /** The forms of a key that is dropped. Where these are not all, nobody knows which errors are of that key: they are all forgotten. */
  #doomed(whole: Key): Key[] {
    const forms = this.#forms(whole);
    const { failures, owners } = this.#keeper;
    if (forms.length < owners.count) failures?.clear();
    return forms;
  }

  #checked(key: GivenKey): Key {
    const checked = checkKey(key, `cache '${this.name}'`, this.#keeper.isLasting);
    if (checked === undefined) throw new TypeError(`cache '${this.name}': a key must be given`);
    return checked;
  }

  /** @internal */
  static partsOf(cache: Cache): CacheParts {
    return {
      keeper: cache.#keeper,
      loads: cache.#loads,
      answers: cache.#answers,
      changes: cache.#changes,
      doomed: (whole) => cache.#doomed(whole),
    };
  }
}

function any(outcomes: readonly boolean[]): boolean {
  return outcomes.includes(true);
}

/** Waits for what has to be waited for. */
function allOf(outcomes: readonly Awaitable<void>[]): Awaitable<void> {
  return outcomes.some(isPromise) ? Promise.all(outcomes).then(() => undefined) : undefined;
}
