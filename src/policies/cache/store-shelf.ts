import type { Key } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheSettings } from './cache-options.js';
import type { Awaitable } from './cache-store.js';
import type { StoreTrouble } from './cache-tally.js';
import { Condemned } from './condemned.js';
import { MemoryStore } from './memory-store.js';
import { keysUnder } from './owners.js';
import { PendingWrites } from './pending-writes.js';
import type { Shelf } from './shelf.js';
import type { StoreBasis, Sweep } from './store-basis.js';
import { isPromise } from './store-guard.js';
import { StoreReads } from './store-reads.js';
import { Sweeps } from './sweeps.js';

/**
 * Keeps entries in a store. Reads of one key at the same time are one; writes go on behind their calls, one at a time for a key, and are seen
 * here at once; and what was invalidated here is not given again, whatever the store says.
 */
export class StoreShelf implements Shelf {
  #basis: StoreBasis;
  readonly #pending = new PendingWrites();
  readonly #condemned = new Condemned();
  readonly #reads: StoreReads;
  readonly #sweeps = new Sweeps();

  constructor(basis: StoreBasis) {
    this.#basis = basis;
    this.#reads = new StoreReads(() => this.#basis, this.#pending, this.#condemned);
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
    if (pending !== undefined) return this.#basis.values.pending(pending);
    return this.#reads.read(own, (error) => this.#tell('get', error, site, key));
  }

  again(key: Key, entry: CacheEntry): CacheEntry | undefined {
    const own = this.#basis.keyFor(key);
    const pending = this.#pending.of(own);
    if (pending !== undefined) return atOnce(this.#basis.values.pending(pending));
    return this.#condemned.has(own, entry) ? undefined : entry;
  }

  async set(key: Key, entry: CacheEntry, site: string): Promise<void> {
    const own = this.#basis.keyFor(key);
    const counted = this.#condemned.admit(own, entry);
    this.#reads.forget(own);
    try {
      if (!(await this.#write(own, counted))) return;
      this.#condemned.confirm(own, counted);
      this.#basis.tally.stored(site, key);
    } catch (error) {
      this.#condemned.refuse(own, counted);
      this.#tell('set', error, site, key);
      throw error;
    }
  }

  async delete(key: Key, site: string): Promise<boolean> {
    const own = this.#basis.keyFor(key);
    const verdict = this.#condemned.key(own, this.now());
    this.#reads.forget(own);
    const kept = this.#pending.of(own)?.entry !== undefined;
    const { guard, store } = this.#basis;
    try {
      const dropped = await this.#pending.after(own, nothing, () => guard.write((call) => store.delete(own, call)));
      verdict.open = false;
      return dropped || kept;
    } catch (error) {
      this.#tell('delete', error, site, key);
      throw error;
    }
  }

  async deleteByTag(pattern: string): Promise<void> {
    const verdict = this.#condemned.pattern(pattern, this.now());
    await this.#sweep('deleteByTag', this.#pending.dropTagged(pattern), ({ store, prefix }, call) =>
      store.deleteByTag(pattern, { prefix, signal: call.signal }),
    );
    verdict.open = false;
  }

  async clear(): Promise<void> {
    this.#condemned.all(this.now());
    await this.#sweep('clear', this.#pending.dropAll(), ({ store, prefix }, call) =>
      store.clear({ prefix, signal: call.signal }),
    );
  }

  async written(): Promise<void> {
    await Promise.all([this.#pending.settled(), this.#sweeps.under]);
  }

  keys(): Iterable<Key> | undefined {
    const { store, prefix } = this.#basis;
    return store instanceof MemoryStore ? keysUnder(prefix, [...store.keys(), ...this.#pending.keys()]) : undefined;
  }

  change(settings: CacheSettings): boolean {
    const basis = this.#basis.changed(settings);
    if (basis !== undefined) this.#basis = basis;
    return basis !== undefined;
  }

  /** Writes an entry; false where it was overtaken before it was its turn. */
  async #write(own: string, entry: CacheEntry): Promise<boolean> {
    if (this.#pending.isFull) throw new RangeError('too many writes are under way');
    const { guard, store, values } = this.#basis;
    const stored = values.encoded(entry); // at once: whoever has the value may change it
    return this.#pending.after(own, { entry, stored }, async (isWanted) => {
      const written = await stored;
      if (isWanted()) await this.#sweeps.under;
      if (!isWanted()) return false;
      await guard.write(
        (call) => store.set(own, written, call),
        () => this.#condemned.doubt(own, entry),
      );
      return true;
    });
  }

  #sweep(operation: StoreTrouble['operation'], ready: Promise<void>, run: Sweep): Promise<void> {
    const swept = ready.then(() => this.#basis.guard.sweep((call) => run(this.#basis, call)));
    swept.catch((error) => this.#tell(operation, error));
    return this.#sweeps.begin(swept);
  }

  #tell(operation: StoreTrouble['operation'], error: unknown, site?: string, key?: Key): void {
    this.#basis.tally.storeFailed({ operation, error, store: this.label, site, key });
  }
}

const nothing = { entry: undefined, stored: undefined };

/** What there is already. */
function atOnce(entry: Awaitable<CacheEntry | undefined>): CacheEntry | undefined {
  return isPromise(entry) ? undefined : entry;
}
