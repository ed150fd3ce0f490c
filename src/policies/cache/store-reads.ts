import { isRejected } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { Awaitable } from './cache-store.js';
import type { Condemned } from './condemned.js';
import type { PendingWrites } from './pending-writes.js';
import { soundEntry } from './sound-entry.js';
import type { StoreBasis } from './store-basis.js';
import { isPromise } from './store-guard.js';

/** Told of what goes wrong. */
type Tell = (error: unknown) => void;

/** Reads entries from a store, once for all who ask for a key at the same time: what goes wrong is told, and nothing was found then. */
export class StoreReads {
  readonly #basisNow: () => StoreBasis;
  readonly #pending: PendingWrites;
  readonly #condemned: Condemned;
  readonly #under = new Map<string, Promise<CacheEntry | undefined>>();

  constructor(basisNow: () => StoreBasis, pending: PendingWrites, condemned: Condemned) {
    this.#basisNow = basisNow;
    this.#pending = pending;
    this.#condemned = condemned;
  }

  read(key: string, tell: Tell): Awaitable<CacheEntry | undefined> {
    return this.#under.get(key) ?? this.#begin(key, tell);
  }

  /** Whoever asks from now on does not join the read that is under way: it may bring what was there before. */
  forget(key: string): void {
    this.#under.delete(key);
  }

  #begin(key: string, tell: Tell): Awaitable<CacheEntry | undefined> {
    const { guard, store, values } = this.#basisNow();
    const found = guard.read((call) => values.decoded(store.get(key, call)));
    if (!isPromise(found)) return this.#checked(key, found, tell);
    const read = found
      .catch((error) => {
        tell(error);
        return isRejected(error) ? values.decoded(store.peek?.(key)) : undefined;
      })
      .then(
        (entry) => this.#checked(key, entry, tell),
        (error) => void tell(error),
      );
    this.#under.set(key, read);
    read.then(() => this.#under.get(key) === read && this.#under.delete(key));
    return read;
  }

  /** What may be looked at of what was found, now that it is here: it may have been overtaken meanwhile. */
  #checked(key: string, found: unknown, tell: Tell): Awaitable<CacheEntry | undefined> {
    const pending = this.#pending.of(key);
    const { now, values } = this.#basisNow();
    if (pending !== undefined) return values.pending(pending);
    if (found === undefined || found === null) return undefined;
    try {
      const at = now();
      const entry = soundEntry(found, values.version, at);
      if (entry === undefined || this.#condemned.has(key, entry)) return undefined;
      this.#condemned.see(entry, at);
      return entry;
    } catch (error) {
      tell(error);
      return undefined;
    }
  }
}
