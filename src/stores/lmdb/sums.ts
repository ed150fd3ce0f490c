import type { Table } from './tables.js';

/** How many entries a namespace has, and how many bytes they take. */
export interface Sums {
  readonly size: number;
  readonly bytes: number;
}

/** Reads the sums of a namespace. */
export function readSums(table: Table, namespace: Buffer): Sums {
  const row = table.getBinary(namespace);
  return row ? { size: row.readDoubleLE(0), bytes: row.readDoubleLE(8) } : { size: 0, bytes: 0 };
}

/** Changes them within a write transaction. */
export function addToSums(table: Table, namespace: Buffer, size: number, bytes: number): void {
  const before = readSums(table, namespace);
  const row = Buffer.allocUnsafe(16);
  row.writeDoubleLE(before.size + size, 0);
  row.writeDoubleLE(before.bytes + bytes, 8);
  table.put(namespace, row);
}
