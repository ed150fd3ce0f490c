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
  /** What leads from the entry to its rows in the indexes. */
  readonly traces: Buffer;
  /** The bytes that they take in the file. */
  readonly room: number;
  /** How much work it is to write them, in small entries. */
  readonly weight: number;
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
    const tags = [...new Set(entry.tags)].map((tag) => this.keys.tag(tag, row));
    const time = this.keys.time(lastUntil(entry), row);
    const traces = this.keys.traces([time, ...tags], row);
    const indexRoom = tags.reduce((sum, tag) => sum + roomFor(tag.length, 0), roomFor(time.length, timeBytes));
    const room = roomFor(row.length, record.length) + roomFor(row.length, traces.length) + indexRoom;
    const weight = 1 + Math.floor(tags.length / tagsPerWeight + room / bytesPerWeight);
    return { row, tags, time, traces, room, weight };
  }

  /** Adds an entry where there is none. */
  add({ row, tags, time, traces, room }: EntryRows, record: Buffer): void {
    this.#tables.entries.put(row, record);
    this.#tables.traces.put(row, traces);
    for (const tagRow of tags) this.#tables.tags.put(tagRow, present);
    this.removeTime(time); // of an entry whose traces were damaged, and that ended at the same time
    this.#addTime(time, room);
  }

  /** Removes an entry, also one that is unreadable, with its rows in the indexes; tells how many rows that were, 0 where there was no entry. */
  remove(row: Buffer): number {
    const inIndexes = this.#leaveIndexes(row);
    return this.#tables.entries.removeSync(row) ? inIndexes + 1 : 0;
  }

  /** Removes a row in the index of times, and the entry that it stands for: also if that says otherwise, since one of them is damaged then. */
  end(timeRow: Buffer): void {
    this.remove(this.keys.entryOfTime(timeRow));
    this.removeTime(timeRow);
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
    const value = Buffer.allocUnsafe(timeBytes);
    value.writeDoubleLE(room);
    this.#tables.times.put(timeRow, value);
    addToSums(this.#tables.sums, this.keys.namespace, 1, room);
  }

  #leaveIndexes(row: Buffer): number {
    const traces = this.#tables.traces.getBinary(row);
    if (!traces) return 0;
    const { time, tags } = this.keys.traced(traces, row);
    for (const tagRow of tags) this.removeTag(tagRow);
    this.removeTime(time);
    this.#tables.traces.removeSync(row);
    return tags.length + 1;
  }
}

/** So many tags, and so many bytes, are as much work as a small entry. */
const tagsPerWeight = 4;
const bytesPerWeight = 16_384;

const timeBytes = 8;
const present = Buffer.of(1);
