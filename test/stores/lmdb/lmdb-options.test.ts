import { type LmdbStoreOptions, lmdbStore } from 'holdfast/lmdb';
import { describe, expect, it } from 'vitest';
import { largestEntry, lmdbOptions } from '../../../src/stores/lmdb/lmdb-options.js';

const path = '/nowhere';

describe('lmdbStore()', () => {
  it.each([
    [{}, 'path must be given'],
    [{ path: '' }, "path must be the path of a folder, without NUL, but got ''"],
    [{ path: 'a\0b' }, 'path must be the path of a folder, without NUL, but got'],
    [{ path, maxbytes: 1 }, 'maxbytes is no option'],
    [{ path, namespace: 'n'.repeat(65) }, 'namespace must be a text of at most 64 bytes of UTF-8'],
    [{ path, namespace: '\ud800' }, 'namespace must be a text'],
    [{ path, maxBytes: 0 }, 'maxBytes must be a whole number of at least 1, but got 0'],
    [{ path, maxBytes: 10, maxEntryBytes: 11 }, 'maxEntryBytes must not exceed maxBytes (10), but got 11'],
    [{ path, maxEntryBytes: 16_777_217 }, 'maxEntryBytes must be a whole number from 1 to 16777216'],
    [{ path, mapSize: 1 }, 'mapSize must be a whole number of at least 65536, but got 1'],
    [{ path, compression: 0 }, 'compression must be true, false, or a whole number of bytes from 1, but got 0'],
    [{ path, compression: 'lz4' }, "compression must be true, false, or a whole number of bytes from 1, but got 'lz4'"],
    [{ path, sync: 'none' }, "sync must be one of 'flushed', 'committed', but got 'none'"],
    [{ path, serializer: JSON }, 'serializer must have a label, serialize and deserialize'],
    [{ path, sweepEvery: '1x' }, 'sweepEvery must be a duration (milliseconds or a number with a unit'],
    [{ path, clock: Date }, 'clock must be a Clock'],
  ])('refuses %j', (options, message) => {
    expect(() => lmdbStore(options as unknown as LmdbStoreOptions)).toThrow(`lmdbStore(): ${message}`);
  });

  it('points at the line that called it', () => {
    let stack: string | undefined;
    try {
      lmdbStore({ path: '' });
    } catch (error) {
      stack = (error as Error).stack;
    }

    expect(stack?.split('\n')[1]).toContain('lmdb-options.test.ts');
  });

  it('has the defaults that it tells', () => {
    const { clock, serializer, ...rest } = lmdbOptions.complete({ path }, '');

    expect(rest).toEqual({
      path,
      namespace: '',
      maxBytes: 268_435_456,
      maxEntryBytes: undefined,
      mapSize: undefined,
      compression: false,
      sync: 'flushed',
      sweepEvery: 60_000,
    });
    expect(largestEntry(lmdbOptions.complete({ path }, ''))).toBe(16_777_216);
    expect(largestEntry(lmdbOptions.complete({ path, maxBytes: 1000 }, ''))).toBe(1000);
    expect(largestEntry(lmdbOptions.complete({ path, maxEntryBytes: 5000 }, ''))).toBe(5000);
  });
});
