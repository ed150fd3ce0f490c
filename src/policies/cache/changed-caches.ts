import { type Call, hasInstances, type Key, type Services, type Site } from '../../core/index.js';
import { type Cache, partsOf } from './cache.js';
import type { CacheRegistry } from './cache-registry.js';
import type { Awaitable } from './cache-store.js';
import { doneOrLate } from './done-or-late.js';
import type { Drop } from './early-drops.js';
import { behind } from './keeper.js';
import { isPromise } from './store-guard.js';

/** What is put into caches. */
export interface Put {
  readonly key: Key;
  readonly value: unknown;
  readonly tags: readonly string[];
}

/** How far the changes of each cache had come when a method began. */
export type Began = ReadonlyMap<Cache, number>;

/**
 * The caches that a method changes, found by name whenever it does: the methods that read them may be prepared later. A call waits for their stores as
 * long as it would for a read; what they have not done by then goes on behind it, and the stores that fail tell that themselves.
 */
export class ChangedCaches {
  readonly #names: readonly string[] | undefined;
  readonly #registry: CacheRegistry;
  readonly #services: Services;
  readonly #site: Site;
  readonly #missed = new Set<string>();

  /** Without names, all of the registry. */
  constructor(names: string | readonly string[] | undefined, services: Services, site: Site) {
    this.#names = typeof names === 'string' ? [names] : names;
    this.#registry = services.registries.caches;
    this.#services = services;
    this.#site = site;
  }

  get label(): string {
    return this.#names?.join(', ') ?? 'all caches';
  }

  /** Drops something from all of them. */
  async drop(drop: Drop): Promise<void> {
    await Promise.all(this.#found(drop).map((cache) => this.#waited(cache, dropFrom(cache, drop))));
  }

  /** A method begins whose result is to be put; to be followed by `end`. */
  begin(): Began {
    const caches = this.#names?.flatMap((name) => this.#registry.inUse(name)) ?? [];
    return new Map(caches.map((cache) => [cache, partsOf(cache).changes.begin()]));
  }

  end(began: Began): void {
    for (const cache of began.keys()) partsOf(cache).changes.end();
  }

  /**
   * Keeps a value in all of them, for those who read it on the same instance, and drops that of others. Where something else changed it since the
   * method began, nobody knows which is newer: it is dropped. Rejects with the mistake of an option of a cache.
   */
  async put(put: Put, call: Call, began: Began): Promise<void> {
    const faults: unknown[] = [];
    const outcomes = this.#found({ key: put.key }).map((cache) => {
      try {
        return this.#waited(
          cache,
          isOvertaken(cache, put, began) ? dropKey(cache, put) : this.#putInto(cache, put, call),
        );
      } catch (fault) {
        faults.push(fault);
        return this.#waited(cache, dropKey(cache, put));
      }
    });
    await Promise.all(outcomes);
    if (faults.length > 0) throw faults[0];
  }

  #putInto(cache: Cache, { key, value, tags }: Put, call: Call): Awaitable<unknown> {
    const { keeper, loads, changes, doomed } = partsOf(cache);
    const { store } = keeper.settings;
    const isSplit = hasInstances(this.#site) && (store === undefined || store.volatile === true);
    const read = keeper.owners.readBy(isSplit ? call.target : undefined, key, cache);
    const kept = read.map((form) => {
      loads.flights.forget(form);
      const outcome = keeper.keep(form, { value, tags, loadTime: undefined }, call.site, call);
      behind(outcome);
      return outcome;
    });
    changes.note({ key });
    const others = doomed(key).filter((form) => !read.includes(form));
    return allOf([...kept, dropForms(cache, others)]);
  }

  #waited(cache: Cache, outcome: Awaitable<unknown>): Awaitable<void> {
    if (!isPromise(outcome)) return undefined;
    return doneOrLate(outcome, this.#services.clock, partsOf(cache).keeper.settings.storeTimeout);
  }

  /** Those that are there. What is not there yet may find older values in a store when it is made: it drops them then. */
  #found(drop: Drop): Cache[] {
    if (this.#names === undefined) {
      this.#registry.dropOnceMade(drop);
      return this.#registry.inUse();
    }
    for (const name of this.#names) if (this.#registry.find(name) === undefined) this.#missing(name, drop);
    return this.#names.flatMap((name) => this.#registry.inUse(name));
  }

  #missing(name: string, drop: Drop): void {
    this.#registry.dropOnceMade(drop, name);
    if (!this.#missed.has(name)) this.#services.events.emit('cache.unknown', { site: this.#site.name, cache: name });
    this.#missed.add(name);
  }
}

function isOvertaken(cache: Cache, { key, tags }: Put, began: Began): boolean {
  const number = began.get(cache);
  return number === undefined || partsOf(cache).changes.concern(key, tags, number);
}

function dropFrom(cache: Cache, drop: Drop): Awaitable<unknown> {
  if ('key' in drop) return dropKey(cache, drop);
  return 'tags' in drop ? cache.invalidate(drop.tags) : cache.clear();
}

function dropKey(cache: Cache, { key }: { readonly key: Key }): Awaitable<unknown> {
  const { changes, doomed } = partsOf(cache);
  changes.note({ key });
  return dropForms(cache, doomed(key));
}

function dropForms(cache: Cache, forms: readonly Key[]): Awaitable<unknown> {
  const { keeper, loads } = partsOf(cache);
  const outcomes = forms.map((form) => {
    loads.flights.forget(form);
    return keeper.drop(form, cache.name);
  });
  return allOf(outcomes);
}

/** Waits for what has to be waited for. */
function allOf(outcomes: readonly Awaitable<unknown>[]): Awaitable<unknown> {
  return outcomes.some(isPromise) ? Promise.allSettled(outcomes) : undefined;
}
