import { open } from 'lmdb';
import { readHeader } from '../../../src/stores/lmdb/record.js';
import { RowKeys } from '../../../src/stores/lmdb/row-keys.js';

/** What is found in the file of a store, read past the store. */
export interface Inventory {
  /** The keys of all entries, of all namespaces. */
  readonly keys: readonly string[];
  /** What does not agree: rows of indexes without their entry, entries without their rows, sums that are wrong. */
  readonly faults: readonly string[];
}

const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;

/** Walks through the entries and both indexes; what one says, the others must. */
export async function takeInventory(path: string, compression = false): Promise<Inventory> {
  const root = open<Buffer, Buffer>({ path, noSubdir: false, noSync: true, ...bytes });
  const rowsOf = (name: string) => [
    ...root.openDB<Buffer, Buffer>({ name: `holdfast.${name}`, compression, ...bytes }).getRange(),
  ];
  const [entries, times, tags, traces, sums] = ['entries', 'times', 'tags', 'traces', 'sums'].map(rowsOf);
  await root.close();
  const expected = { keys: [] as string[], times: new Set<string>(), tags: new Set<string>() };
  const entryRows = new Set(entries!.map(({ key }) => key.toString('hex')));
  const traced = traces!.flatMap(({ key: row, value }) => rowsTraced(row, value));
  for (const { key: row, value } of entries!) {
    const keys = RowKeys.ofRow(row);
    const header = readHeader(value);
    expected.keys.push(header.key);
    expected.times.add(keys.time(header.until, row).toString('hex'));
    for (const tag of header.tags) expected.tags.add(keys.tag(tag, row).toString('hex'));
    if (!keys.entry(header.key).equals(row)) throw new Error(`the entry ${header.key} lies under another key`);
  }
  return {
    keys: expected.keys,
    faults: [
      ...differences('times', expected.times, times!),
      ...differences('tags', expected.tags, tags!),
      ...differences('traces', entryRows, traces!),
      ...differences('traced', new Set([...expected.times, ...expected.tags]), traced),
      ...wrongSums(times!, sums!),
    ],
  };
}

interface Row {
  readonly key: Buffer;
  readonly value: Buffer;
}

function rowsTraced(row: Buffer, traces: Buffer): Pick<Row, 'key'>[] {
  const { time, tags } = RowKeys.ofRow(row).traced(traces, row);
  return [time, ...tags].map((key) => ({ key }));
}

function differences(name: string, expected: ReadonlySet<string>, rows: readonly Pick<Row, 'key'>[]): string[] {
  const found = new Set(rows.map(({ key }) => key.toString('hex')));
  const orphans = [...found].filter((key) => !expected.has(key)).map((key) => `${name}: ${key} stands for no entry`);
  return [...orphans, ...[...expected].filter((key) => !found.has(key)).map((key) => `${name}: ${key} is missing`)];
}

function wrongSums(times: readonly Row[], sums: readonly Row[]): string[] {
  return sums.flatMap(({ key: namespace, value }) => {
    const own = times.filter(({ key }) => RowKeys.ofRow(key).namespace.equals(namespace));
    const room = own.reduce((sum, row) => sum + row.value.readDoubleLE(), 0);
    const told = [value.readDoubleLE(0), value.readDoubleLE(8)];
    return told[0] === own.length && told[1] === room ? [] : [`sums: ${told} instead of ${[own.length, room]}`];
  });
}
