import { platform } from 'node:process';
import { type Database, open, type RootDatabase } from 'lmdb';
import { systemClock } from '../../core/index.js';
import type { LmdbSettings } from './lmdb-options.js';
import { StoreFileError } from './store-errors.js';

/** Rows of bytes under keys of bytes, in the order of these. */
export type Table = Database<Buffer, Buffer>;

/** The file of a store: the entries, the index of when they end, that of their tags, and the sums of each namespace. */
export interface Tables {
  readonly entries: Table;
  readonly times: Table;
  readonly tags: Table;
  /** What rows each entry has in the two indexes, apart from the entry: to be known also where that cannot be read. */
  readonly traces: Table;
  readonly sums: Table;
  /** Does all that is written in `work`, or nothing where it throws; resolves as `sync` says. */
  transact(work: () => void): Promise<void>;
  /** Lets reads see what others have written in this very turn of the event loop. */
  refresh(): void;
  close(): Promise<void>;
}

type Place = Pick<LmdbSettings, 'path' | 'mapSize' | 'compression' | 'sync'>;

/** Opens the file in a folder, or makes it. */
export function openTables(place: Place): Tables {
  return tablesOf(open<Buffer, Buffer>(environment(place)), place);
}

const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;

/**
 * Only a flush that follows each commit lets `flushed` mean what it says; on Windows every commit flushes by itself. Turns are not batched: the
 * batches of lmdb reject a promise that nobody can hear when a commit fails.
 */
function environment({ path, mapSize, sync }: Place) {
  const flush = sync === 'committed' ? { noSync: true } : platform !== 'win32' && { overlappingSync: true };
  return {
    path,
    noSubdir: false,
    ...bytes,
    ...flush,
    eventTurnBatching: false,
    ...(mapSize !== undefined && { mapSize }),
  };
}

function tablesOf(root: RootDatabase<Buffer, Buffer>, { path, compression }: Place): Tables {
  const table = (name: string) => root.openDB<Buffer, Buffer>({ name: `holdfast.${name}`, ...bytes });
  const packing =
    compression === true ? { compression } : compression !== false && { compression: { threshold: compression } };
  return {
    entries: root.openDB<Buffer, Buffer>({ name: 'holdfast.entries', ...bytes, ...packing }),
    times: table('times'),
    tags: table('tags'),
    traces: table('traces'),
    sums: table('sums'),
    transact: (work) => transact(root, path, work),
    refresh: () => root.resetReadTxn(),
    close: () => root.close(),
  };
}

async function transact(root: RootDatabase<Buffer, Buffer>, path: string, work: () => void): Promise<void> {
  try {
    await root.childTransaction(work); // a child alone can be undone
  } catch (error) {
    const { commitError } = error as { readonly commitError?: Promise<never> };
    throw commitError === undefined
      ? error
      : new StoreFileError('be written', path, await reasonOf(commitError, error));
  }
}

/** lmdb tells why a commit failed a little later, and for a few reasons never. */
function reasonOf(commitError: Promise<never>, otherwise: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = systemClock.later(longestReason, () => resolve(otherwise));
    commitError.catch((reason: unknown) => {
      stop();
      resolve(reason);
    });
  });
}

const longestReason = 1000;
