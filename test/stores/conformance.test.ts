import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lmdbStore } from 'holdfast/lmdb';
import { type CacheStore, memoryStore, tiered } from 'holdfast/stores';
import { cacheStoreSuite, chaosStore, type StoreOnTrial } from 'holdfast/testing';
import { describe, it } from 'vitest';
import { type Disk, DiskStore } from '../testing/disk-store.js';

const runner = { describe, it };
const patient = { slowTimeout: Number.POSITIVE_INFINITY }; // the machine may be busy, and that is no trouble of a store
const inMemory = { survives: false, shared: false, copies: false, closes: false };

describe('memoryStore()', () => {
  cacheStoreSuite(runner, () => ({ store: memoryStore({ max: 5000 }) }), inMemory);
});

describe('memoryStore({ maxBytes })', () => {
  const make = () => ({ store: memoryStore({ max: 5000, maxBytes: 32 * 1024 * 1024 }) });
  cacheStoreSuite(runner, make, inMemory);
});

describe('tiered(memory, memory)', () => {
  const make = () => ({ store: tiered(memoryStore({ max: 100 }), memoryStore({ max: 5000 })) });
  cacheStoreSuite(runner, make, { ...inMemory, closes: true });
});

describe('tiered(memory, disk)', () => {
  const make = () => {
    const disk: Disk = new Map();
    const open = () => tiered(memoryStore(), new DiskStore(disk), patient);
    return { store: open(), reopen: open };
  };
  cacheStoreSuite(runner, make, { shared: false, copies: false });
});

describe('tiered(memory, disk, { fastFor: 0 }), which several processes share', () => {
  const make = () => {
    const disk: Disk = new Map();
    const open = () => tiered(memoryStore(), new DiskStore(disk), { ...patient, fastFor: 0 });
    return { store: open(), reopen: open, another: open };
  };
  cacheStoreSuite(runner, make, { copies: false });
});

describe('tiered(disk, disk)', () => {
  const make = () => {
    const disks: readonly [Disk, Disk] = [new Map(), new Map()];
    const open = () =>
      tiered(new DiskStore(disks[0]), new DiskStore(disks[1]), { ...patient, fastFor: Number.POSITIVE_INFINITY });
    return { store: open(), reopen: open };
  };
  cacheStoreSuite(runner, make, { shared: false, copies: false });
});

describe('tiered(memory, tiered(disk, disk))', () => {
  const make = () => {
    const disks: readonly [Disk, Disk] = [new Map(), new Map()];
    const open = () =>
      tiered(memoryStore(), tiered(new DiskStore(disks[0]), new DiskStore(disks[1]), patient), patient);
    return { store: open(), reopen: open };
  };
  cacheStoreSuite(runner, make, { shared: false, copies: false });
});

/** Stores on files in a folder of their own, all closed and removed after the test. */
async function onFiles(open: (path: string) => CacheStore): Promise<StoreOnTrial> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
  const opened: CacheStore[] = [];
  const another = () => {
    const store = open(path);
    opened.push(store);
    return store;
  };
  const dispose = async () => {
    for (const store of opened) await store.close?.();
    await rm(path, { recursive: true });
  };
  return { store: another(), reopen: another, another, dispose };
}

describe('lmdbStore()', () => {
  cacheStoreSuite(runner, () => onFiles((path) => lmdbStore({ path, sync: 'committed' })));
});

describe('tiered(memory, lmdb)', () => {
  const open = (path: string) => tiered(memoryStore(), lmdbStore({ path, sync: 'committed' }), patient);
  cacheStoreSuite(runner, () => onFiles(open), { shared: false, copies: false });
});

describe('chaosStore(), as long as there is no chaos,', () => {
  const make = () => {
    const disk: Disk = new Map();
    const open = () => chaosStore(new DiskStore(disk));
    return { store: open(), reopen: open, another: open };
  };
  cacheStoreSuite(runner, make);
});
