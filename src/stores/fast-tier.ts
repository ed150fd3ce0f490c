import type { Awaitable, CacheEntry, CacheStore, StoreCall, StoreSweep } from '../policies/cache/index.js';
import { checkedEntry } from './checked-entry.js';
import { longestWait, within } from './in-time.js';
import { isPromise } from './is-promise.js';
import { type PlacedEntry, placed, readPlaced } from './placed-entry.js';
import type { StoreOperation, TieredSettings } from './tiered-options.js';

/** How long passes between two attempts to empty the fast store. */
const rest = 1000;

/**
 * The fast store, as an aid that one can do without: it fails nobody. Once it could not drop what it was to drop, nothing that it says is
 * believed until it could be emptied.
 */
export class FastTier {
  readonly #store: CacheStore;
  readonly #settings: TieredSettings;
  #trusted = true;
  #emptyAt = Number.NEGATIVE_INFINITY;

  constructor(store: CacheStore, settings: TieredSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** Tells whether what it has may be believed; where not, tries to empty it. */
  mayBeAsked(): boolean {
    if (!this.#trusted) this.#tryToEmpty();
    return this.#trusted;
  }

  /** What it has; nothing where it fails. */
  look(key: string, call: StoreCall): Awaitable<PlacedEntry | undefined> {
    const { slowTimeout } = this.#settings;
    return this.#attempt('get', () => this.#store.get(key, call), read, nothing, slowTimeout, call);
  }

  /** What it has, where it says so at once. */
  peek(key: string): PlacedEntry | undefined {
    const kept = this.look(key, unhurried);
    return isPromise(kept) ? undefined : kept;
  }

  /** Keeps an entry, or else has none for the key. */
  put(key: string, entry: CacheEntry): Awaitable<unknown> {
    if (!this.#trusted) return undefined;
    const own = placed(entry, this.#settings.clock.wallNow());
    return this.#attempt(
      'set',
      () => this.#store.set(key, own, unhurried),
      nothing,
      () => this.drop(key),
    );
  }

  /** Tells whether there was one. */
  drop(key: string): Awaitable<boolean> {
    if (!this.#trusted) return false;
    return this.#attempt(
      'delete',
      () => this.#store.delete(key, unhurried),
      Boolean,
      () => this.#distrust(),
    );
  }

  dropTagged(pattern: string, { prefix }: StoreSweep): Awaitable<unknown> {
    if (!this.#trusted) return undefined;
    const sweep = unhurriedUnder(prefix);
    return this.#attempt(
      'deleteByTag',
      () => this.#store.deleteByTag(pattern, sweep),
      nothing,
      () => this.#distrust(),
    );
  }

  dropAll({ prefix }: StoreSweep): Awaitable<unknown> {
    if (!this.#trusted) return undefined;
    const sweep = unhurriedUnder(prefix);
    return this.#attempt(
      'clear',
      () => this.#store.clear(sweep),
      nothing,
      () => this.#distrust(),
    );
  }

  #distrust(): false {
    this.#trusted = false;
    return false;
  }

  #tryToEmpty(): void {
    const now = this.#settings.clock.now();
    if (now < this.#emptyAt) return;
    this.#emptyAt = Number.POSITIVE_INFINITY;
    const later = () => {
      this.#emptyAt = this.#settings.clock.now() + rest;
    };
    const emptied = () => {
      this.#trusted = true;
      later();
    };
    const empty = () => this.#store.clear(unhurriedUnder(''));
    this.#attempt('clear', empty, emptied, later, Number.POSITIVE_INFINITY);
  }

  /** Does something at once where the store answers at once; what fails is told, and then made good. */
  #attempt<T, R>(
    operation: StoreOperation,
    act: () => Awaitable<T>,
    done: (answer: T) => R,
    failed: () => Awaitable<R>,
    longest = longestWait,
    call?: StoreCall,
  ): Awaitable<R> {
    const fail = (error: unknown) => {
      if (!call?.signal.aborted) this.#settings.tell({ store: 'fast', operation, error });
      return failed();
    };
    try {
      const answer = act();
      if (!isPromise(answer)) return done(answer);
      return within(longest, answer, this.#settings.clock).then(done).catch(fail);
    } catch (error) {
      return fail(error);
    }
  }
}

function read(found: CacheEntry | undefined): PlacedEntry | undefined {
  const entry = checkedEntry(found, 'fast');
  return entry && readPlaced(entry);
}

function nothing(): undefined {
  return undefined;
}

/** What the slow store has confirmed must reach the fast one, whoever still waits; signals are costly, and most stores in memory look at none. */
const unhurried: StoreCall = {
  get signal() {
    return new AbortController().signal;
  },
};

function unhurriedUnder(prefix: string): StoreSweep {
  return {
    prefix,
    get signal() {
      return unhurried.signal;
    },
  };
}
