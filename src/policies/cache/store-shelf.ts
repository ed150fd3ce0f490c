import type { Key } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheSettings } from './cache-options.js';
import type { Awaitable, StoreCall } from './cache-store.js';
import type { StoreTrouble } from './cache-tally.js';
import { Condemned, postponed } from './condemned.js';
import { MemoryStore } from './memory-store.js';
import { keysUnder } from './owners.js';
import { PendingWrites } from './pending-writes.js';
import type { Shelf } from './shelf.js';
import { soundEntry } from './sound-entry.js';
import type { StoreBasis } from './store-basis.js';
import { isPromise } from './store-guard.js';

/** An operation on many entries. */
type Sweep = (basis: StoreBasis, call: StoreCall) => Awaitable<void>;

/**
 * Keeps entries in a store. Reads of one key at the same time are one; writes go on behind their calls, one at a time for a key, and are seen
 * here at once; and what was invalidated here is not given again, whatever the store says.
 */
export class StoreShelf implements Shelf {
  readonly #basis: StoreBasis;
  readonly #pending = new PendingWrites();
  readonly #condemned = new Condemned();
  readonly #reads = new Map<string, Promise<CacheEntry | undefined>>();
  #sweeping: Promise<unknown> | undefined;

  constructor(basis: StoreBasis) {
    this.#basis = basis;
  }

  get label(): string {
    return this.#basis.store.label ?? 'store';
  }

  get size(): number | undefined {
    return this.#basis.store.size;
  }

  get bytes(): number | undefined {
    return this.#basis.store.bytes;
  }

  now(): number {
    return this.#basis.now();
  }

  get(key: Key, site: string): Awaitable<CacheEntry | undefined> {
    const own = this.#basis.keyFor(key);
    const pending = this.#pending.of(own);
    if (pending !== undefined) return pending.entry;
    return this.#reads.get(own) ?? this.#read(own, key, site);
  }

  again(key: Key, entry: CacheEntry): CacheEntry | undefined {
    const own = this.#basis.keyFor(key);
    const pending = this.#pending.of(own);
    if (pending !== undefined) return pending.entry;
    return this.#condemned.has(own, entry) ? undefined : entry;
  }

  async set(key: Key, entry: CacheEntry, site: string): Promise<void> {
    const own = this.#basis.keyFor(key);
    const from = this.#condemned.earliest(own, entry.tags);
    const counted = postponed(entry, from);
    this.#reads.delete(own);
    try {
      await this.#write(own, counted);
      this.#condemned.acquit(own, from);
    } catch (error) {
      this.#condemned.key(own, counted.createdAt);
      this.#tell('set', error, site, key);
      throw error;
    }
  }

  async delete(key: Key, site: string): Promise<boolean> {
    const own = this.#basis.keyFor(key);
    const verdict = this.#condemned.key(own, this.now() + 1);
    this.#reads.delete(own);
    const kept = this.#pending.of(own)?.entry !== undefined;
    const { guard, store } = this.#basis;
    try {
      const dropped = await this.#pending.after(own, undefined, () => guard.write((call) => store.delete(own, call)));
      verdict.open = false;
      return dropped || kept;
    } catch (error) {
      this.#tell('delete', error, site, key);
      throw error;
    }
  }

  async deleteByTag(pattern: string): Promise<void> {
    const verdict = this.#condemned.pattern(pattern, this.now() + 1);
    await this.#sweep('deleteByTag', this.#pending.dropTagged(pattern), ({ store, prefix }, call) =>
      store.deleteByTag(pattern, { prefix, signal: call.signal }),
    );
    verdict.open = false;
  }

  async clear(): Promise<void> {
    this.#condemned.all(this.now() + 1);
    await this.#sweep('clear', this.#pending.dropAll(), ({ store, prefix }, call) =>
      store.clear({ prefix, signal: call.signal }),
    );
  }

  keys(): Iterable<Key> | undefined {
    const { store, prefix } = this.#basis;
    return store instanceof MemoryStore ? keysUnder(prefix, store) : undefined;
  }

  change(settings: CacheSettings): boolean {
    return this.#basis.fits(settings);
  }

  async #write(own: string, entry: CacheEntry): Promise<void> {
    if (this.#pending.isFull) throw new RangeError('too many writes are under way');
    const { guard, store, values } = this.#basis;
    await this.#pending.after(own, entry, async (isWanted) => {
      const stored = await values.encoded(entry);
      if (isWanted()) await this.#sweeping; // what is written after a sweep began is not swept away
      if (isWanted()) await guard.write((call) => store.set(own, stored, call));
    });
  }

  #sweep(operation: StoreTrouble['operation'], ready: Promise<void>, run: Sweep): Promise<void> {
    const swept = this.#swept(operation, ready, run);
    const over = Promise.allSettled([this.#sweeping, swept]).then(() => {
      if (this.#sweeping === over) this.#sweeping = undefined;
    });
    this.#sweeping = over;
    return swept;
  }

  async #swept(operation: StoreTrouble['operation'], ready: Promise<void>, run: Sweep): Promise<void> {
    await ready;
    try {
      await this.#basis.guard.write((call) => run(this.#basis, call));
    } catch (error) {
      this.#tell(operation, error);
      throw error;
    }
  }

  #read(own: string, key: Key, site: string): Awaitable<CacheEntry | undefined> {
    const { guard, store, values } = this.#basis;
    const found = guard.read((call) => values.decoded(store.get(own, call)));
    if (!isPromise(found)) return this.#checked(own, key, site, found);
    const read = found.then(
      (entry) => this.#checked(own, key, site, entry),
      (error) => this.#failed(key, site, error),
    );
    this.#reads.set(own, read);
    read.then(() => this.#reads.get(own) === read && this.#reads.delete(own));
    return read;
  }

  /** What may be looked at of what was found, now that it is here: it may have been overtaken meanwhile. */
  #checked(own: string, key: Key, site: string, found: unknown): CacheEntry | undefined {
    const pending = this.#pending.of(own);
    if (pending !== undefined) return pending.entry;
    if (found === undefined || found === null) return undefined;
    try {
      const entry = soundEntry(found, this.#basis.values.version, this.now());
      return entry === undefined || this.#condemned.has(own, entry) ? undefined : entry;
    } catch (error) {
      return this.#failed(key, site, error);
    }
  }

  #failed(key: Key, site: string, error: unknown): undefined {
    this.#tell('get', error, site, key);
    return undefined;
  }

  #tell(operation: StoreTrouble['operation'], error: unknown, site?: string, key?: Key): void {
    this.#basis.tally.storeFailed({ operation, error, store: this.label, site, key });
  }
}
