import {
  type Awaitable,
  type CacheEntry,
  type CacheStore,
  lastUntil,
  type Serializer,
  type StoreCall,
  type StoreSweep,
} from '../../policies/cache/index.js';
import { isPromise } from '../is-promise.js';
import { UnderWay } from '../under-way.js';
import { Ledger } from './ledger.js';
import { type LmdbSettings, type LmdbStoreOptions, largestEntry, lmdbOptions } from './lmdb-options.js';
import { RowKeys } from './row-keys.js';
import { shareTables } from './shared-tables.js';
import { clearSlice, evictSlice, type Slice, tagSlice } from './slices.js';
import { EntryTooLargeError, StoreClosedError } from './store-errors.js';
import { readEntry, recordOf } from './stored-entry.js';
import type { Sums } from './sums.js';
import { Sweeper } from './sweeper.js';
import { sweptBy } from './swept-tables.js';
import type { Tables } from './tables.js';
import { type Step, slice, WriteQueue } from './write-queue.js';

/**
 * Keeps entries in files on this host, by LMDB: they survive the end of the process, kill -9 included, and all processes with the same folder share
 * them. Opens the files at once, and throws where it cannot.
 *
 * ```ts
 * const store = lmdbStore({ path: '/var/cache/shop' });
 * ```
 */
export function lmdbStore(options: LmdbStoreOptions): LmdbStore {
  return new LmdbStore(lmdbOptions.complete(lmdbOptions.check(options, undefined, lmdbStore), ''));
}

/** A store on LMDB; `lmdbStore()` makes it. */
export class LmdbStore implements CacheStore, AsyncDisposable {
  readonly label = 'lmdb';
  readonly #path: string;
  readonly #serializer: Serializer;
  readonly #maxBytes: number;
  readonly #maxEntryBytes: number;
  readonly #tables: Tables;
  readonly #ledger: Ledger;
  readonly #queue: WriteQueue;
  readonly #sweeper: Sweeper;
  readonly #underWay = new UnderWay();
  #closed: Promise<void> | undefined;

  constructor(settings: LmdbSettings) {
    this.#path = settings.path;
    this.#serializer = settings.serializer;
    this.#maxBytes = settings.maxBytes;
    this.#maxEntryBytes = largestEntry(settings);
    this.#tables = shareTables(settings);
    this.#ledger = new Ledger(this.#tables, RowKeys.of(settings.namespace));
    this.#queue = new WriteQueue((work) => this.#tables.transact(work));
    this.#sweeper = new Sweeper(sweptBy(this.#tables, this.#queue, settings));
    this.#sweeper.look();
  }

  /** How many entries the namespace has, those that are over but not yet removed among them; undefined once it is closed. */
  get size(): number | undefined {
    return this.#sums?.size;
  }

  /**
   * How many bytes these take in the file: of each its record (key, tags, version, value) before compression, in whole pages where it is larger
   * than 2000 bytes, its rows in the indexes, and one that leads to these; undefined once it is closed.
   */
  get bytes(): number | undefined {
    return this.#sums?.bytes;
  }

  get(key: string): Awaitable<CacheEntry | undefined> {
    this.#mustBeOpen();
    this.#tables.refresh();
    const record = this.#tables.entries.getBinary(this.#ledger.keys.entry(key));
    return record && readEntry(record, key, this.#serializer);
  }

  /** Resolves when the entry is written, and others have made room for it. */
  set(key: string, entry: CacheEntry, call: Partial<StoreCall> = {}): Promise<void> {
    return this.#during(async () => {
      const record = recordOf(key, entry, this.#serializer);
      const put = (bytes: Buffer) => this.#putting(key, entry, bytes);
      const done = await this.#queue.add(isPromise(record) ? record.then(put) : put(record), call.signal);
      if (done instanceof Error) throw done;
      this.#sweeper.expect(lastUntil(entry));
      while (done.crowded) done.crowded = await this.#queue.add(slice(() => this.#evict(done.row)));
    });
  }

  delete(key: string, call: Partial<StoreCall> = {}): Promise<boolean> {
    return this.#during(() => {
      const row = this.#ledger.keys.entry(key);
      return this.#queue.add({ weight: 1, perform: () => this.#ledger.remove(row) > 0 }, call.signal);
    });
  }

  /** Resolves when all entries are gone that were there when it was called. */
  deleteByTag(pattern: string, { prefix = '', signal }: Partial<StoreSweep> = {}): Promise<void> {
    const [beginning = '', ...rest] = pattern.split('*');
    const range = this.#ledger.keys.tagged(beginning, rest.length === 0);
    return this.#inSlices(tagSlice(this.#tables, this.#ledger, pattern, prefix, range), range.start, signal);
  }

  /** Resolves when all entries are gone that were there when it was called. */
  clear({ prefix = '', signal }: Partial<StoreSweep> = {}): Promise<void> {
    const range = this.#ledger.keys.entriesUnder(prefix);
    return this.#inSlices(clearSlice(this.#tables, this.#ledger, prefix, range), range.start, signal);
  }

  /** Waits for what is under way, and lets go of the files; whatever is asked afterwards is refused. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What is too large takes the place of the entry before it all the same: that is not what was set last any more. */
  #putting(
    key: string,
    entry: CacheEntry,
    record: Buffer,
  ): Step<EntryTooLargeError | { row: Buffer; crowded: boolean }> {
    const rows = this.#ledger.rowsOf(key, entry, record);
    const { row, room, weight } = rows;
    const perform = () => {
      this.#ledger.remove(row);
      if (room > this.#maxEntryBytes) return new EntryTooLargeError(room, this.#maxEntryBytes);
      this.#ledger.add(rows, record);
      return { row, crowded: this.#evict(row) };
    };
    return { weight, perform };
  }

  #evict(spared: Buffer): boolean {
    return evictSlice(this.#tables, this.#ledger, this.#maxBytes, spared);
  }

  #inSlices(treat: Slice, start: Buffer, signal: AbortSignal | undefined): Promise<void> {
    return this.#during(async () => {
      for (let from: Buffer | undefined = start; from; ) {
        const at: Buffer = from;
        from = await this.#queue.add(
          slice(() => treat(at)),
          signal,
        );
      }
    });
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return this.#underWay.add(work());
  }

  async #close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#underWay.settle();
    await this.#tables.close();
  }

  get #sums(): Sums | undefined {
    if (this.#closed) return undefined;
    this.#tables.refresh();
    return this.#ledger.sums;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreClosedError(this.#path);
  }
}
