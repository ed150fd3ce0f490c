import type { SharedCall } from '../../core/index.js';
import type { MemoryConnection } from './memory-state-connection.js';
import { type MemoryRecords, recordKey } from './memory-state-records.js';

/** What a handle has of one kind of things in a memory state: its way there, and names that meet no other's. */
export class MemoryTable {
  readonly #name: readonly [prefix: string, kind: string];
  readonly #records: MemoryRecords;
  readonly #connection: MemoryConnection;

  constructor(name: readonly [prefix: string, kind: string], records: MemoryRecords, connection: MemoryConnection) {
    this.#name = name;
    this.#records = records;
    this.#connection = connection;
  }

  /** Has something done at the other end, all at once. @see MemoryConnection.ask */
  async ask<Answer>(call: SharedCall, act: () => Answer): Promise<Answer> {
    return this.#connection.ask(call, act);
  }

  now(): number {
    return this.#records.now();
  }

  /** A number greater than all before. */
  next(): number {
    return this.#records.next();
  }

  find<Found extends object>(...key: readonly string[]): Found | undefined {
    return this.#records.find(this.#key(key));
  }

  /** Keeps a thing up to a moment. */
  keep(record: object, until: number, ...key: readonly string[]): void {
    this.#records.keep(this.#key(key), record, until);
  }

  drop(...key: readonly string[]): void {
    this.#records.drop(this.#key(key));
  }

  #key(key: readonly string[]): string {
    return recordKey(...this.#name, ...key);
  }
}
