import { matchesTag } from '../../policies/cache/index.js';
import type { Ledger } from './ledger.js';
import type { RecordHeader } from './record.js';
import { following, isShown, liesIn, type RowRange } from './row-keys.js';
import type { Tables } from './tables.js';
import { heaviest } from './write-queue.js';

/** Does one slice of a large removal within a write transaction; gives where the next begins, undefined after the last. */
export type Slice = (from: Buffer) => Buffer | undefined;

/** Rows of indexes that one slice changes at most, but for those of its last entry. */
const mostRows = 1000;

/** Removes the entries whose keys begin so; if rows show too little of them, also what is unreadable and may do so. */
export function clearSlice({ entries }: Tables, ledger: Ledger, prefix: string, { end }: RowRange): Slice {
  const shown = isShown(prefix);
  const fits = (header: ReturnType<Ledger['header']>) => typeof header !== 'object' || header.key.startsWith(prefix);
  return (start) => {
    const rows = [...entries.getKeys({ start, end, limit: heaviest })] as Buffer[];
    return inSlice(rows, (row) => (shown || fits(ledger.header(row)) ? ledger.remove(row) : 1));
  };
}

/**
 * Removes the entries with a tag that fits, if their keys begin so, and rows of the index that stand for nothing. What is unreadable goes too: it
 * is of no use, and must not come back with the compression that it was written with.
 */
export function tagSlice({ tags }: Tables, ledger: Ledger, pattern: string, prefix: string, { end }: RowRange): Slice {
  const under = ledger.keys.entriesUnder(prefix);
  const fits = (header: RecordHeader | 'unreadable', row: Buffer) =>
    header === 'unreadable'
      ? liesIn(under, row)
      : header.key.startsWith(prefix) && header.tags.some((tag) => matchesTag(pattern, tag));
  return (start) => {
    const rows = [...tags.getKeys({ start, end, limit: heaviest })] as Buffer[];
    return inSlice(rows, (tagRow) => {
      const row = ledger.keys.entryOfTag(tagRow);
      const header = ledger.header(row);
      const leaves = header !== undefined && fits(header, row);
      if (!leaves && header && isRowOf(tagRow, row, header, ledger)) return 1;
      const removed = leaves ? ledger.remove(row) : 0;
      ledger.removeTag(tagRow);
      return removed + 1;
    });
  };
}

/** Removes the entries that end soonest until the rest fits, all but one; tells whether there is more to remove. */
export function evictSlice({ times }: Tables, ledger: Ledger, maxBytes: number, spared?: Buffer): boolean {
  let excess = ledger.sums.bytes - maxBytes;
  if (excess <= 0) return false;
  const leaving: Buffer[] = [];
  for (const { key, value } of times.getRange({ ...ledger.keys.endingBy(), limit: mostEvicted + 1 })) {
    if (spared && ledger.keys.entryOfTime(key).equals(spared)) continue;
    leaving.push(key);
    excess -= value.readDoubleLE();
    if (excess <= 0 || leaving.length === mostEvicted) break;
  }
  for (const key of leaving) ledger.end(key);
  return excess > 0 && leaving.length > 0;
}

const mostEvicted = 64;

/** Removes entries that are over; tells whether there may be more. */
export function sweepSlice({ times }: Tables, ledger: Ledger, now: number): boolean {
  const rows = [...times.getKeys({ ...ledger.keys.endingBy(now), limit: heaviest })] as Buffer[];
  for (const key of rows) ledger.end(key);
  return rows.length === heaviest;
}

function inSlice(rows: readonly Buffer[], treat: (row: Buffer) => number): Buffer | undefined {
  let changed = 0;
  for (const row of rows) {
    changed += treat(row);
    if (changed >= mostRows) return following(row);
  }
  const last = rows[heaviest - 1];
  return last && following(last);
}

/** That of an unreadable entry goes with it. */
function isRowOf(tagRow: Buffer, row: Buffer, header: RecordHeader | 'unreadable', { keys }: Ledger): boolean {
  return header === 'unreadable' || header.tags.some((tag) => keys.tag(tag, row).equals(tagRow));
}
