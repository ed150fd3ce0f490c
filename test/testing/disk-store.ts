import { setImmediate as turn } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import {
  type CacheEntry,
  type CacheStore,
  matchesTag,
  type StoreCall,
  type StoreSweep,
} from '../../src/policies/cache/index.js';

/** What several handles share, and what outlives them. */
export type Disk = Map<string, Uint8Array>;

/** The plainest store that keeps every promise: bytes in a map, one operation after the other, each a turn later. */
export class DiskStore implements CacheStore {
  readonly label: string = 'disk';
  readonly disk: Disk;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(disk: Disk = new Map()) {
    this.disk = disk;
  }

  get size(): number | undefined {
    return this.disk.size;
  }

  get bytes(): number | undefined {
    return [...this.disk.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  get(key: string, _call: StoreCall): Promise<CacheEntry | undefined> {
    return this.inTurn(() => this.read(key));
  }

  set(key: string, entry: CacheEntry, _call: StoreCall): Promise<void> {
    const bytes = Uint8Array.from(serialize({ ...entry }));
    return this.inTurn(() => void this.disk.set(key, bytes));
  }

  delete(key: string, _call: StoreCall): Promise<boolean> {
    return this.inTurn(() => this.disk.delete(key));
  }

  deleteByTag(pattern: string, { prefix }: StoreSweep): Promise<void> {
    return this.inTurn(() => {
      for (const key of this.keysUnder(prefix)) {
        if (this.read(key)?.tags.some((tag) => matchesTag(pattern, tag))) this.disk.delete(key);
      }
    });
  }

  clear({ prefix }: StoreSweep): Promise<void> {
    return this.inTurn(() => {
      for (const key of this.keysUnder(prefix)) this.disk.delete(key);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  read(key: string): CacheEntry | undefined {
    const bytes = this.disk.get(key);
    return bytes && deserialize(bytes.slice()); // what is read are views of what is given
  }

  keysUnder(prefix: string): string[] {
    return [...this.disk.keys()].filter((key) => key.startsWith(prefix));
  }

  inTurn<T>(act: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the disk is closed'));
    const done = this.#last.then(() => turn()).then(act);
    this.#last = done.catch(() => undefined); // a failure is that operation's alone
    return done;
  }
}
