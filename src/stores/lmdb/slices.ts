import { matchesTag } from '../../policies/cache/index.js';
import type { Ledger, TimeRow } from './ledger.js';
import type { RecordHeader } from './record.js';
import { following, isShown, type RowRange } from './row-keys.js';
import type { Tables } from './tables.js';
import { heaviest } from './write-queue.js';

/** Does one slice of a large removal within a write transaction; gives where the next begins, undefined after the last. */
export type Slice = (from: Buffer) => Buffer | undefined;

/** Rows of indexes that one slice changes at most, but for those of its last entry. */
const mostRows = 1000;

/** Removes the entries whose keys begin so. */
export function clearSlice({ entries }: Tables, ledger: Ledger, prefix: string, { end }: RowRange): Slice {
  const shown = isShown(prefix);
  return (start) => {
    const rows = [...entries.getKeys({ start, end, limit: heaviest })] as Buffer[];
    return inSlice(rows, (row) => {
      const header = ledger.header(row);
      const meant = shown || header === 'unreadable' || header?.key.startsWith(prefix);
      return meant && ledger.remove(row, header) ? rowsOf(header) : 1;
    });
  };
}

/** Removes the entries with a tag that fits, if their keys begin so; and rows of the index that stand for nothing. */
export function tagSlice({ tags }: Tables, ledger: Ledger, pattern: string, prefix: string, { end }: RowRange): Slice {
  const fits = (header: RecordHeader) =>
    header.key.startsWith(prefix) && header.tags.some((tag) => matchesTag(pattern, tag));
  return (start) => {
    const rows = [...tags.getKeys({ start, end, limit: heaviest })] as Buffer[];
    return inSlice(rows, (tagRow) => {
      const row = ledger.keys.entryOfTag(tagRow);
      const header = ledger.header(row);
      if (typeof header === 'object') {
        if (fits(header)) ledger.remove(row, header);
        else if (isRowOf(tagRow, row, header, ledger)) return 1;
      }
      ledger.removeTag(tagRow);
      return rowsOf(header);
    });
  };
}

/** Removes the entries that end soonest until the rest fits, all but one; tells whether there is more to remove. */
export function evictSlice({ times }: Tables, ledger: Ledger, maxBytes: number, spared?: Buffer): boolean {
  let excess = ledger.sums.bytes - maxBytes;
  if (excess <= 0) return false;
  const leaving: TimeRow[] = [];
  for (const row of times.getRange({ ...ledger.keys.endingBy(), limit: mostEvicted + 1 })) {
    if (spared && ledger.keys.entryOfTime(row.key).equals(spared)) continue;
    leaving.push(row);
    excess -= row.value.readDoubleLE();
    if (excess <= 0 || leaving.length === mostEvicted) break;
  }
  for (const row of leaving) ledger.end(row);
  return excess > 0 && leaving.length > 0;
}

const mostEvicted = 64;

/** Removes entries that are over; tells whether there may be more. */
export function sweepSlice({ times }: Tables, ledger: Ledger, now: number): boolean {
  const rows = [...times.getKeys({ ...ledger.keys.endingBy(now), limit: heaviest })] as Buffer[];
  for (const key of rows) ledger.end({ key });
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

function rowsOf(header: RecordHeader | 'unreadable' | undefined): number {
  return typeof header === 'object' ? header.tags.length + 2 : 1;
}

function isRowOf(tagRow: Buffer, row: Buffer, { tags }: RecordHeader, { keys }: Ledger): boolean {
  return tags.some((tag) => keys.tag(tag, row).equals(tagRow));
}
