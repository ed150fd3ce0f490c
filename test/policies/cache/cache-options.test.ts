import { describe, expect, it } from 'vitest';
import { Cached } from '../../../decorators/index.js';
import { cached } from '../../../src/policies/cache/index.js';
import { testRuntime } from '../../../src/testing/index.js';

describe('the options of @Cached', () => {
  it('are complete with a time to live, which may stand alone', () => {
    const complete = {
      enabled: true,
      ttl: 60_000,
      staleFor: 0,
      staleIfError: 0,
      max: 1000,
      refreshTimeout: 30_000,
      maxRefreshes: 100,
    };
    for (const given of [cached.shorthand?.('1m'), { ttl: 60_000 }]) {
      expect(cached.options.complete(cached.options.check(given), 'Users.find')).toMatchObject(complete);
    }
  });

  const duration = "(milliseconds or a number with a unit, such as '250ms', '2s' or '1m')";
  const lasting = `${duration} or a function that returns one`;

  it.each<[object | string | number, string]>([
    ['1 fortnight', `@Cached: ttl must be a duration of at least 1 ms ${lasting}, but got '1 fortnight'`],
    [0, `@Cached: ttl must be a duration of at least 1 ms ${lasting}, but got 0`],
    [{ ttl: '-1s' }, `@Cached: ttl must be a duration of at least 1 ms ${lasting}, but got '-1s'`],
    [{ staleFor: -1 }, `@Cached: staleFor must be a duration ${lasting}, but got -1`],
    [{ staleIfError: '5' }, `@Cached: staleIfError must be a duration ${lasting}, but got '5'`],
    [{ refreshTimeout: 0 }, `@Cached: refreshTimeout must be a duration of at least 1 ms ${duration}, but got 0`],
    [{ max: 0 }, '@Cached: max must be a whole number from 1 to 10000000, but got 0'],
    [{ max: 1e9 }, '@Cached: max must be a whole number from 1 to 10000000, but got 1000000000'],
    [{ maxRefreshes: 0 }, '@Cached: maxRefreshes must be a whole number of at least 1, but got 0'],
    [{ scope: 'tenant' }, "@Cached: scope must be one of 'method', 'class', 'instance', but got 'tenant'"],
    [{ name: '10/s' }, "@Cached: name must be a name: a letter, then letters, digits, _ . : or -, but got '10/s'"],
    [{ key: 'id' }, "@Cached: key must be a function, but got 'id'"],
    [{ cacheIf: true }, '@Cached: cacheIf must be a function, but got true'],
    [
      { tll: '1m' },
      '@Cached: tll is no option; it takes enabled, ttl, staleFor, staleIfError, jitter, beta, negativeTtl, max, maxBytes, store, serializer, clone, version, refreshTimeout, maxRefreshes, storeTimeout, storeRetry, loadCircuit, keyCircuit, name, scope, key, cacheIf, tags',
    ],
  ])('%o is told at the decorator', (options, message) => {
    expect(() => Cached(options as never)).toThrow(message);
  });

  it('without a time to live are told when the class is prepared', () => {
    class Users {
      @Cached({} as never)
      async find(): Promise<number> {
        return 1;
      }
    }
    expect(() => testRuntime().runtime.prepare(Users)).toThrow('Users.find: @Cached: ttl must be given');
  });
});
