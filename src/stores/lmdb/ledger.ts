import { type CacheEntry, lastUntil } from '../../policies/cache/index.js';
import { type RecordHeader, readHeader } from './record.js';
import { roomFor } from './room.js';
import type { RowKeys } from './row-keys.js';
import { UnreadableEntryError } from './store-errors.js';
import { addToSums, readSums, type Sums } from './sums.js';
import type { Tables } from './tables.js';

/** The rows of one entry. */
export interface EntryRows {
  readonly row: Buffer;
  readonly tags: readonly Buffer[];
  readonly time: Buffer;
  /** The bytes that they take in the file. */
  readonly room: number;
  /** How much work it is to write them, in small entries. */
  readonly weight: number;
}

/** An entry's row in the index of times. */
export interface TimeRow {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * The entries of one namespace, their indexes and sums, changed together: all its methods that change something belong in a write transaction. The
 * sums are those of the rows in the index of times, each of which tells the room of its entry.
 */
export class Ledger {
  readonly keys: RowKeys;
  readonly #tables: Tables;

  constructor(tables: Tables, keys: RowKeys) {
    this.#tables = tables;
    this.keys = keys;
  }

  get sums(): Sums {
    return readSums(this.#tables.sums, this.keys.namespace);
  }

  /** Reads what an entry is besides its value; undefined where there is none, 'unreadable' where it is damaged. */
  header(row: Buffer): RecordHeader | 'unreadable' | undefined {
    const record = this.#tables.entries.getBinaryFast(row);
    if (!record) return undefined;
    try {
      return readHeader(record);
    } catch (error) {
      if (error instanceof UnreadableEntryError) return 'unreadable';
      throw error;
    }
  }

  /** Which rows an entry will have, and how much room they take. */
  rowsOf(key: string, entry: CacheEntry, record: Buffer): EntryRows {
    const row = this.keys.entry(key);
    const tags = entry.tags.map((tag) => this.keys.tag(tag, row));
    const tagBytes = tags.reduce((sum, { length }) => sum + length, 0);
    const room = roomFor(record.length, row.length, tagBytes, tags.length);
    const weight = 1 + Math.floor(tags.length / tagsPerWeight + room / bytesPerWeight);
    return { row, tags, time: this.keys.time(lastUntil(entry), row), room, weight };
  }

  /** Adds an entry where there is none. */
  add({ row, tags, time, room }: EntryRows, record: Buffer): void {
    this.#tables.entries.put(row, record);
    for (const tagRow of tags) this.#tables.tags.put(tagRow, present);
    this.removeTime(time); // of an entry that was unreadable, and ended at the same time
    this.#addTime(time, room);
  }

  /** Tells whether there was one. An unreadable one is removed without its rows in the indexes: these are dropped when they are met. */
  remove(row: Buffer, header = this.header(row)): boolean {
    if (header === undefined) return false;
    this.#leaveIndexes(row, header);
    return this.#tables.entries.removeSync(row);
  }

  /** Removes the entry that a row in the index of times stands for, unless that has been replaced. */
  end({ key }: Pick<TimeRow, 'key'>): void {
    const row = this.keys.entryOfTime(key);
    const header = this.header(row);
    const meant = header === 'unreadable' || (header && this.keys.time(header.until, row).equals(key));
    if (meant) this.remove(row, header);
    this.removeTime(key);
  }

  removeTag(tagRow: Buffer): void {
    this.#tables.tags.removeSync(tagRow);
  }

  /** Removes a row from the index of times alone. */
  removeTime(timeRow: Buffer): void {
    const room = this.#tables.times.getBinary(timeRow);
    if (!room) return;
    this.#tables.times.removeSync(timeRow);
    addToSums(this.#tables.sums, this.keys.namespace, -1, -room.readDoubleLE());
  }

  #addTime(timeRow: Buffer, room: number): void {
    const value = Buffer.allocUnsafe(8);
    value.writeDoubleLE(room);
    this.#tables.times.put(timeRow, value);
    addToSums(this.#tables.sums, this.keys.namespace, 1, room);
  }

  #leaveIndexes(row: Buffer, header: RecordHeader | 'unreadable' | undefined): void {
    if (header === undefined || header === 'unreadable') return;
    for (const tag of header.tags) this.removeTag(this.keys.tag(tag, row));
    this.removeTime(this.keys.time(header.until, row));
  }
}

/** So many tags, and so many bytes, are as much work as a small entry. */
const tagsPerWeight = 4;
const bytesPerWeight = 16_384;

const present = Buffer.of(1);
