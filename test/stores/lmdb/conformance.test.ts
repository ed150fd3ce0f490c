import type { LmdbStoreOptions } from 'holdfast/lmdb';
import { cacheStoreSuite } from 'holdfast/testing';
import { describe, it } from 'vitest';
import { systemClock } from '../../../src/core/index.js';
import { Folder } from './folder.js';

const variants: Record<string, Omit<LmdbStoreOptions, 'path'>> = {
  'lmdbStore()': { sync: 'flushed' },
  "lmdbStore({ sync: 'committed' })": { sync: 'committed' },
  'lmdbStore({ compression: true })': { compression: true },
  'lmdbStore({ namespace })': { namespace: 'shop' },
};

describe.each(Object.entries(variants))('%s', (_, options) => {
  cacheStoreSuite({ describe, it }, () => {
    const folder = new Folder();
    const open = () => folder.open({ ...options, clock: systemClock });
    return { store: open(), reopen: open, another: open, dispose: () => folder[Symbol.asyncDispose]() };
  });
});
