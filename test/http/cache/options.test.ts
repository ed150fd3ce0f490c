import { describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { checkCacheOptions } from '../../../src/http/cache/index.js';
import { memoryStore } from '../../../src/stores/index.js';

describe('the option cache of a client', () => {
  it.each([[undefined], [false]])('is off with %s', (given) => {
    expect(checkCacheOptions(given, 'shop')).toBeUndefined();
  });

  it('has defaults', () => {
    const settings = checkCacheOptions(true, 'shop');

    expect(settings).toEqual(checkCacheOptions({}, 'shop'));
    expect(settings).toEqual({
      ...{ store: undefined, max: undefined, maxBytes: undefined, identity: undefined },
      ...{
        maxEntryBytes: 1_048_576,
        shared: false,
        heuristic: 0.1,
        immutableFor: 86_400_000,
        staleFor: 0,
        staleIfError: 0,
      },
      ...{ keepFor: 86_400_000, storeTimeout: 50 },
    });
  });

  it.each<[given: unknown, message: string]>([
    ['yes', "shop: RestClient: cache must be true, false or an object of options, but got 'yes'"],
    [null, 'cache must be true, false or an object of options, but got null'],
    [[], 'cache must be true, false or an object of options, but got []'],
    [{ ttl: 1 }, 'RestClient cache: ttl is no option; it takes store, max, maxBytes, maxEntryBytes, shared'],
    [{ store: {} }, 'RestClient cache: store must be a CacheStore, with get, set, delete, deleteByTag and clear'],
    [{ max: 0 }, 'max must be a whole number from 1 to 10000000, but got 0'],
    [{ maxBytes: 1.5 }, 'maxBytes must be a whole number of at least 1'],
    [{ maxEntryBytes: 0 }, 'maxEntryBytes must be a whole number of at least 1'],
    [{ maxBytes: 10, maxEntryBytes: 11 }, 'maxEntryBytes must not exceed maxBytes (10), but got 11'],
    [{ maxBytes: 10 }, 'maxEntryBytes must not exceed maxBytes (10), but got 1048576'],
    [{ shared: 'no' }, "shared must be true or false, but got 'no'"],
    [{ heuristic: 2 }, 'heuristic must be a number from 0 to 1, but got 2'],
    [{ immutableFor: 'long' }, 'immutableFor must be a duration'],
    [{ staleFor: -1 }, 'staleFor must be a duration'],
    [{ staleIfError: 'x' }, 'staleIfError must be a duration'],
    [{ keepFor: Number.NaN }, 'keepFor must be a duration'],
    [{ storeTimeout: 0 }, 'storeTimeout must be a duration of at least 1 ms'],
    [{ identity: 'tenant' }, "identity must be a function, but got 'tenant'"],
    [
      { store: memoryStore(), max: 5 },
      'max bounds the memory of the client, and says nothing where a store is given, but got 5',
    ],
    [{ store: memoryStore(), maxBytes: 5_000_000 }, 'maxBytes bounds the memory of the client'],
  ])('%o is refused', (given, message) => {
    const check = () => checkCacheOptions(given, 'shop');

    expect(check).toThrow(InvalidOptionsError);
    expect(check).toThrow(message);
    expect(check).toThrow(/^shop: /);
  });
});
