import { emitWarning } from 'node:process';
import { Ledger } from './ledger.js';
import type { LmdbSettings } from './lmdb-options.js';
import { RowKeys } from './row-keys.js';
import { sweepSlice } from './slices.js';
import type { Swept } from './sweeper.js';
import type { Table, Tables } from './tables.js';
import { slice, type WriteQueue } from './write-queue.js';

/** Lets a sweeper sweep a file: all namespaces, since those that no store uses any more would stay for ever. */
export function sweptBy(tables: Tables, queue: WriteQueue, { path, clock, sweepEvery }: LmdbSettings): Swept {
  return {
    clock,
    every: sweepEvery,
    soonest() {
      tables.refresh();
      const ends = [...firstRows(tables.times)].map((row) => RowKeys.ofRow(row).timeOf(row));
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
    async sweep(stopped) {
      tables.refresh();
      const now = clock.wallNow();
      for (const row of [...firstRows(tables.times)]) {
        const ledger = new Ledger(tables, RowKeys.ofRow(row));
        let more = ledger.keys.timeOf(row) <= now;
        while (more && !stopped()) more = await queue.add(slice(() => sweepSlice(tables, ledger, now)));
      }
    },
    failed(error) {
      emitWarning(`entries that are over stay in the lmdb store in ${path} until the next sweep: ${String(error)}`);
    },
  };
}

/** The row that ends first of each namespace. */
function* firstRows(times: Table): Generator<Buffer> {
  let start: Buffer = Buffer.of(0);
  for (;;) {
    const [row] = [...times.getKeys({ start, limit: 1 })] as Buffer[];
    if (!row) return;
    yield row;
    start = RowKeys.ofRow(row).next;
  }
}
