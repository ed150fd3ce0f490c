import type { Call, EventBus, Key } from '../../core/index.js';
import { type Cache, partsOf } from './cache.js';
import type { CacheRegistry } from './cache-registry.js';
import type { Drop } from './early-drops.js';
import { isPromise } from './store-guard.js';

/** The caches that a method changes, found by name whenever it does: the methods that read them may be prepared later. */
export class ChangedCaches {
  readonly #names: readonly string[] | undefined;
  readonly #registry: CacheRegistry;
  readonly #events: EventBus;
  readonly #site: string;
  readonly #missed = new Set<string>();

  /** Without names, all of the registry. */
  constructor(
    names: string | readonly string[] | undefined,
    registry: CacheRegistry,
    { events }: { readonly events: EventBus },
    site: string,
  ) {
    this.#names = typeof names === 'string' ? [names] : names;
    this.#registry = registry;
    this.#events = events;
    this.#site = site;
  }

  get label(): string {
    return this.#names?.join(', ') ?? 'all caches';
  }

  /** Drops something from all of them. Stores that fail tell that themselves. */
  async drop(drop: Drop): Promise<void> {
    await Promise.allSettled(this.#found(drop).map(async (cache) => dropFrom(cache, drop)));
  }

  /** Keeps a value in all of them, for those who read it on the same instance, and drops that of others. Stores that fail tell that themselves. */
  async put(key: Key, value: unknown, tags: readonly string[], call: Call): Promise<void> {
    await Promise.allSettled(this.#found({ key }).map((cache) => putInto(cache, key, value, tags, call)));
  }

  /** Those that are there. What is not there yet may find older values in a store when it is made: it drops them then. */
  #found(drop: Drop): Cache[] {
    if (this.#names === undefined) return [...this.#registry.entries()].map(([, cache]) => cache);
    return this.#names.flatMap((name) => {
      const cache = this.#registry.find(name);
      if (cache !== undefined) return [cache];
      this.#registry.dropOnceMade(name, drop);
      if (!this.#missed.has(name)) this.#events.emit('cache.unknown', { site: this.#site, cache: name });
      this.#missed.add(name);
      return [];
    });
  }
}

function dropFrom(cache: Cache, drop: Drop): unknown {
  if ('tags' in drop) return cache.invalidate(drop.tags);
  return 'all' in drop ? cache.clear() : dropForms(cache, partsOf(cache).forms(drop.key));
}

async function dropForms(cache: Cache, forms: readonly Key[]): Promise<void> {
  const { keeper, loads } = partsOf(cache);
  await Promise.all(
    forms.map((form) => {
      loads.flights.forget(form);
      return keeper.drop(form, cache.name);
    }),
  );
}

async function putInto(cache: Cache, key: Key, value: unknown, tags: readonly string[], call: Call): Promise<void> {
  const { keeper, loads, forms } = partsOf(cache);
  const read = keeper.owners.readBy(call.target, key);
  const dropped = dropForms(
    cache,
    forms(key).filter((form) => !read.includes(form)),
  );
  const kept = read.map((form) => {
    loads.flights.forget(form);
    return keeper.keep(form, { value, tags, loadTime: undefined }, call.site, call);
  });
  await Promise.all([dropped, ...kept.filter(isPromise)]);
}
