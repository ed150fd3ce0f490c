import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTables, type Tables } from '../../../src/stores/lmdb/tables.js';
import { Folder } from './folder.js';

let folder: Folder;
let tables: Tables;

beforeEach(() => {
  folder = new Folder();
  tables = openTables({ path: folder.path, sync: 'committed', compression: false, mapSize: undefined });
});

afterEach(async () => {
  await tables.close();
  await folder[Symbol.asyncDispose]();
});

const [a, b] = [Buffer.from('a'), Buffer.from('b')];

describe('a transaction of the tables', () => {
  it('does nothing of what was written before it throws', async () => {
    await tables.transact(() => tables.entries.put(a, a));
    const failed = tables.transact(() => {
      tables.entries.put(b, b);
      tables.times.put(b, b);
      throw new Error('halfway');
    });

    await expect(failed).rejects.toThrow('halfway');
    expect([tables.entries.getBinary(a), tables.entries.getBinary(b), tables.times.getBinary(b)]).toEqual([
      a,
      undefined,
      undefined,
    ]);
  });

  it('sees what it has written itself, while others do not', async () => {
    let seen: unknown;
    const done = tables.transact(() => {
      tables.entries.put(a, b);
      seen = [...tables.entries.getRange()].map(({ key, value }) => [String(key), String(value)]);
    });
    expect(tables.entries.getBinary(a)).toBeUndefined();
    await done;

    expect(seen).toEqual([['a', 'b']]);
  });
});
