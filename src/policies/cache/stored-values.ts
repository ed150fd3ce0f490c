import { markPermanent } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { Awaitable } from './cache-store.js';
import type { PendingEntry } from './pending-writes.js';
import type { Serializer } from './serializer.js';
import { isPromise } from './store-guard.js';

/** The values of a cache in the form in which its store keeps them: as they are, or as bytes. */
export class StoredValues {
  readonly version: string;
  readonly #serializer: Serializer | undefined;

  constructor(version: string, serializer: Serializer | undefined) {
    this.version = version;
    this.#serializer = serializer;
  }

  /** An entry in the form in which it is kept; nobody need wait for it. Throws, or rejects, where there is none. */
  encoded(entry: CacheEntry): Awaitable<CacheEntry> {
    if (this.#serializer === undefined) return entry;
    const bytes = this.#serializer.serialize(entry.value);
    if (!isPromise(bytes)) return { ...entry, value: bytes };
    const encoded = bytes.then((value) => ({ ...entry, value }));
    encoded.catch(unwanted);
    return encoded;
  }

  /** What is given of an entry that is being written: what will be read from the store then, not what its maker may change. */
  pending({ entry, stored }: PendingEntry): Awaitable<CacheEntry | undefined> {
    if (entry === undefined || stored === undefined || this.#serializer === undefined) return entry;
    const opened = isPromise(stored) ? stored.then((bytes) => this.#opened(bytes)) : this.#opened(stored);
    return isPromise(opened) ? opened.catch(nothing) : opened;
  }

  /** What a store gave, as soon as it is here, with the value that was kept. */
  decoded(found: Awaitable<CacheEntry | undefined>): Awaitable<CacheEntry | undefined> {
    if (this.#serializer === undefined) return found;
    return isPromise(found) ? found.then((entry) => this.#opened(entry)) : this.#opened(found);
  }

  #opened(entry: CacheEntry | undefined): Awaitable<CacheEntry | undefined> {
    if (entry === undefined || this.#serializer === undefined || entry.version !== this.version) return entry;
    const value = this.#read(entry.value, this.#serializer);
    return isPromise(value) ? value.then((opened) => ({ ...entry, value: opened })) : { ...entry, value };
  }

  /** Bytes that cannot be read are no outage of the store: nothing is gained by asking again. */
  #read(bytes: unknown, serializer: Serializer): Awaitable<unknown> {
    try {
      if (!(bytes instanceof Uint8Array)) throw new TypeError('the store gave something that is not bytes');
      const value = serializer.deserialize(bytes);
      return isPromise(value) ? value.catch(unreadable) : value;
    } catch (error) {
      return unreadable(error);
    }
  }
}

function unwanted(): void {} // whoever waits for it hears of it

function nothing(): undefined {} // whoever writes it hears of it

function unreadable(cause: unknown): never {
  throw markPermanent(new TypeError('the store gave bytes that cannot be read', { cause }));
}
