import { type Call, InvalidOptionsError, type Key, splitKey } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheSettings } from './cache-options.js';
import type { Awaitable } from './cache-store.js';
import { CacheTally } from './cache-tally.js';
import type { CacheServices } from './cache-use.js';
import { type Copies, copiesFor } from './copies.js';
import type { Drop } from './early-drops.js';
import { type Failures, failuresFor } from './failures.js';
import { Owners } from './owners.js';
import { Rests } from './rests.js';
import type { Shelf } from './shelf.js';
import { shelfFor } from './shelf-for.js';
import { isPromise } from './store-guard.js';
import { type Loaded, type OwnTerms, Terms } from './terms.js';
import { Waits } from './waits.js';

/** What a cache keeps: values on its shelf, errors where it was asked to, and which keys are at rest. */
export class Keeper {
  readonly cache: string;
  readonly services: CacheServices;
  readonly tally: CacheTally;
  readonly owners = new Owners();
  readonly rests = new Rests();
  /** Code that waits for a value by hand. */
  readonly wrapped = new Waits();
  readonly #early: readonly Drop[];
  /** The options in force. */
  settings: CacheSettings;
  shelf: Shelf;
  copies: Copies | undefined;
  failures: Failures | undefined;
  #terms: Terms;
  #storing: string;

  constructor(cache: string, settings: CacheSettings, services: CacheServices, early: readonly Drop[]) {
    this.#early = early;
    this.cache = cache;
    this.services = services;
    this.settings = settings;
    this.tally = new CacheTally(cache, services.events);
    this.#storing = cache;
    this.shelf = this.#shelf(settings);
    this.#terms = this.#termsOf(settings);
    this.copies = copiesFor(settings.clone);
    this.failures = failuresFor(settings);
    for (const drop of early) this.#dropEarly(drop);
  }

  /** Tells whether what it keeps outlives the process. */
  get isLasting(): boolean {
    return isLasting(this.settings);
  }

  /** Says what an owner is called in a store that outlives the process: what was dropped there before this cache was made is dropped now. */
  named(owner: number, label: string): void {
    this.owners.name(owner, label);
    for (const drop of this.#early) if ('key' in drop) behind(this.drop(splitKey(drop.key, owner), this.cache));
  }

  /** Keeps a value that was loaded by a call or given by hand; one whose `ttl` is 0, or that cannot be kept, drops the one that was. */
  keep(key: Key, loaded: Loaded, site: string, call?: Call, own?: OwnTerms): Awaitable<void> {
    const now = Math.floor(this.shelf.now()); // a small integer: 16 bytes less each
    let { value } = loaded;
    try {
      if (this.copies !== undefined) value = this.copies.kept(value);
    } catch (error) {
      return this.#refused(key, site, error);
    }
    const entry = this.#terms.entry({ ...loaded, value }, now, call, own);
    return entry === undefined ? settled(this.drop(key, site)) : this.#put(key, entry, site);
  }

  /** Drops what is kept of a key. */
  drop(key: Key, site: string): Awaitable<boolean> {
    this.rests.forget(key);
    const failed = this.failures?.forget(key) ?? false;
    const dropped = this.shelf.delete(key, site);
    return isPromise(dropped) ? dropped.then((was) => was || failed) : dropped || failed;
  }

  /** Drops what bears a tag that fits; which errors do, nobody knows: they are all forgotten. */
  dropTagged(pattern: string): Awaitable<void> {
    this.failures?.clear();
    return this.shelf.deleteByTag(pattern);
  }

  /** Drops everything. */
  clear(): Awaitable<void> {
    this.rests.clear();
    this.failures?.clear();
    return this.shelf.clear();
  }

  /** Changes the options; what is kept already lasts as long as it was meant to. */
  change(settings: CacheSettings): void {
    if (isLasting(settings) && this.owners.areInstances) throw this.#instances();
    if (settings.negativeTtl !== this.settings.negativeTtl) this.failures = failuresFor(settings);
    this.settings = settings;
    if (!this.shelf.change(settings)) this.shelf = this.#shelf(settings);
    this.#terms = this.#termsOf(settings);
    this.copies = copiesFor(settings.clone);
  }

  #dropEarly(drop: Drop): void {
    if ('all' in drop) behind(this.clear());
    else if ('tags' in drop) for (const pattern of drop.tags) behind(this.dropTagged(pattern));
  }

  /** In a store that outlives the process, they could not be told apart. */
  #instances(): InvalidOptionsError {
    const rule =
      "outlives the process, and instances that use the cache have values of their own: say scope: 'method' or 'class' there, or give a key";
    return new InvalidOptionsError({ decorator: '@Cached', option: 'store', rule, site: this.cache });
  }

  #put(key: Key, entry: CacheEntry, site: string): Awaitable<void> {
    this.#storing = site;
    this.rests.forget(key);
    this.failures?.forget(key);
    return this.shelf.set(key, entry, site);
  }

  /** A value that cannot be kept is told, and the one that was is not kept either. */
  #refused(key: Key, site: string, error: unknown): Awaitable<void> {
    this.tally.storeFailed({ site, key, operation: 'set', store: this.shelf.label, error });
    const dropped = this.drop(key, site);
    if (!isPromise(dropped)) return;
    return dropped.then(() => {
      throw error;
    });
  }

  #shelf(settings: CacheSettings): Shelf {
    return shelfFor(this.cache, settings, this.services, this.tally, this.owners, (key) => this.#evicted(key));
  }

  #termsOf(settings: CacheSettings): Terms {
    const small = settings.store === undefined && settings.serializer === undefined;
    return new Terms(this.cache, settings, this.services.random, small);
  }

  #evicted(key: Key): void {
    this.rests.forget(key);
    this.tally.evicted(this.#storing, key);
  }
}

/** Lets something go on that nobody waits for. */
export function behind(outcome: Awaitable<unknown>): void {
  if (isPromise(outcome)) outcome.catch(told);
}

function isLasting({ store }: CacheSettings): boolean {
  return store !== undefined && !store.volatile;
}

function settled(outcome: Awaitable<unknown>): Awaitable<void> {
  return isPromise(outcome) ? outcome.then(() => undefined) : undefined;
}

function told(): void {} // the shelf has told of it
