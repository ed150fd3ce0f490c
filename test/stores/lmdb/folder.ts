import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LmdbStore, type LmdbStoreOptions, lmdbStore } from 'holdfast/lmdb';
import { ManualClock } from 'holdfast/testing';

/** A folder of its own for each test, and the stores that it opened there; their time stands still at the start of 2026. */
export class Folder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'holdfast-lmdb-'));
  readonly #stores: LmdbStore[] = [];

  open(options: Omit<LmdbStoreOptions, 'path'> = {}): LmdbStore {
    const store = lmdbStore({ path: this.path, sync: 'committed', clock: new ManualClock(), ...options });
    this.#stores.push(store);
    return store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    rmSync(this.path, { recursive: true });
  }
}
