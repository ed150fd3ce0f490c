import { describe, expect, it } from 'vitest';
import { Cached } from '../../../decorators/index.js';
import { type CachedOptions, CacheMissError, callWith } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle, testRuntime, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { heldUpstream } from './stored.js';

const places = [
  ['memory', () => ({})],
  ['a store', () => ({ store: new HeldStore() })],
] as const;

/** A method that gives 1, 2, 3 … unless it is down. */
function counting(options: CachedOptions = {}) {
  const upstream = { runs: 0, down: undefined as unknown };
  const world = protectForTest(
    async (_key?: string) => {
      upstream.runs++;
      if (upstream.down !== undefined) throw upstream.down;
      return upstream.runs;
    },
    { cached: { ttl: 100, key: (key?: string) => key, ...options } },
  );
  const call = async (key?: string) => {
    const value = await world.call(key);
    await settle();
    return value;
  };
  const directed = async (cache: 'bypass' | 'refresh' | 'onlyIfCached', key?: string) => {
    const value = await callWith({ cache }, () => world.call(key));
    await settle();
    return value;
  };
  return { ...world, call, directed, upstream, cache: () => world.runtime.caches.find('Service.method')! };
}

describe.each(places)("callWith({ cache: 'bypass' }), in %s", (_place, place) => {
  it('goes past the cache, and leaves it as it is', async () => {
    const { call, directed, cache, upstream } = counting(place());
    expect([await directed('bypass', 'a'), cache().stats.size ?? 0]).toEqual([1, 0]);
    await call('a');
    expect([await directed('bypass', 'a'), await call('a'), upstream.runs]).toEqual([3, 2, 3]);
    expect(cache().stats).toMatchObject({ bypassed: 2, misses: 1, hits: 1, loads: 1, stored: 1 });
  });

  it('joins no load, and is joined by none', async () => {
    const { call, runs } = heldUpstream({ ttl: 100, ...place() });
    watch(callWith({ cache: 'bypass' }, () => call('a')));
    const normal = watch(call('a'));
    await settle();
    watch(callWith({ cache: 'bypass' }, () => call('a')));
    expect(runs).toHaveLength(3);
    runs[1]?.land('normal');
    await settle();
    expect(normal.value).toBe('normal');
  });

  it('rejects with the errors of the method, which are not kept', async () => {
    const { directed, upstream, call } = counting({ negativeTtl: { ttl: '1h', on: () => true }, ...place() });
    upstream.down = new Boom('down');
    await expect(directed('bypass', 'a')).rejects.toBe(upstream.down);
    upstream.down = undefined;
    expect(await call('a')).toBe(2);
  });
});

describe.each(places)("callWith({ cache: 'refresh' }), in %s", (_place, place) => {
  it('loads anew, and keeps that', async () => {
    const { call, directed, cache, upstream } = counting(place());
    await call('a');
    expect([await directed('refresh', 'a'), await call('a'), upstream.runs]).toEqual([2, 2, 2]);
    expect(cache().stats).toMatchObject({ misses: 2, loads: 2, hits: 1, stored: 2 });
  });

  it('that fails keeps what was kept', async () => {
    const { call, directed, upstream } = counting(place());
    await call('a');
    upstream.down = new Boom('down');
    await expect(directed('refresh', 'a')).rejects.toBe(upstream.down);
    expect(await call('a')).toBe(1);
  });

  it('overtakes the load that is under way, and is joined by those who come after', async () => {
    const { call, runs } = heldUpstream({ ttl: 100, ...place() });
    const before = watch(call('a'));
    await settle();
    const refresh = watch(callWith({ cache: 'refresh' }, () => call('a')));
    await settle();
    const after = watch(call('a'));
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.land('new');
    await settle();
    runs[0]?.land('old');
    await settle();
    expect([before.value, refresh.value, after.value, await call('a')]).toEqual(['old', 'new', 'new', 'new']);
  });

  it('does not wait for the store', async () => {
    const store = new HeldStore();
    store.holds.add('get');
    const { runs, call, clock } = heldUpstream({ ttl: 100 }, store);
    watch(callWith({ cache: 'refresh' }, () => call('a')));
    expect([runs.length, store.count('get'), clock.pending]).toEqual([1, 0, 0]);
  });

  it('asks again though an error is kept, and what it brings ends that', async () => {
    const { call, directed, upstream } = counting({ negativeTtl: { ttl: '1h', on: Boom }, ...place() });
    upstream.down = new Boom('down');
    await expect(call('a')).rejects.toBe(upstream.down);
    upstream.down = undefined;
    expect([await directed('refresh', 'a'), await call('a')]).toEqual([2, 2]);
  });
});

describe.each(places)("callWith({ cache: 'onlyIfCached' }), in %s", (_place, place) => {
  it('gives what is fresh or stale, without loading or refreshing', async () => {
    const { call, directed, clock, cache, upstream } = counting({ staleFor: 100, ...place() });
    await call('a');
    expect(await directed('onlyIfCached', 'a')).toBe(1);
    await clock.advance(199);
    expect(await directed('onlyIfCached', 'a')).toBe(1);
    expect([upstream.runs, cache().stats]).toMatchObject([1, { hits: 1, stale: 1, refreshes: 0 }]);
  });

  it.each<[string, CachedOptions, number | undefined]>([
    ['where nothing is kept', {}, undefined],
    ['where it is too old', { staleFor: 10 }, 110],
    ['where it is kept for errors alone', { staleIfError: '1h' }, 100],
  ])('rejects %s, and the method is not called', async (_when, options, after) => {
    const { call, directed, clock, cache, upstream } = counting({ ...options, ...place() });
    if (after !== undefined) {
      await call('a');
      await clock.advance(after);
    }
    const runs = upstream.runs;
    await expect(directed('onlyIfCached', 'a')).rejects.toMatchObject({
      code: 'HOLDFAST_CACHE_MISS',
      site: 'Service.method',
      message: 'Service.method was not called: nothing is kept for it, and it was to answer from the cache only',
    });
    expect([upstream.runs, cache().stats.loads]).toEqual([runs, runs]);
  });

  it('does not wait for a load that is under way', async () => {
    const { call, runs } = heldUpstream({ ttl: 100, ...place() });
    watch(call('a'));
    await settle();
    await expect(callWith({ cache: 'onlyIfCached' }, () => call('a'))).rejects.toBeInstanceOf(CacheMissError);
    expect(runs).toHaveLength(1);
  });

  it('is a miss where the store fails', async () => {
    const store = new HeldStore();
    const { call } = heldUpstream({ ttl: 100 }, store);
    store.fails(new Boom('no'), 'get');
    await expect(callWith({ cache: 'onlyIfCached' }, () => call('a'))).rejects.toBeInstanceOf(CacheMissError);
  });
});

describe('a call without a key', () => {
  it('goes past the cache as ever, unless only the cache was to answer', async () => {
    const { directed, cache } = counting();
    expect([await directed('bypass'), await directed('refresh')]).toEqual([1, 2]);
    await expect(directed('onlyIfCached')).rejects.toBeInstanceOf(CacheMissError);
    expect(cache().stats).toMatchObject({ bypassed: 2, misses: 0 });
  });
});

describe('callWith', () => {
  it('gives what its function gives, or throws what that throws', () => {
    expect(callWith({ cache: 'bypass' }, () => 'given')).toBe('given');
    expect(() =>
      callWith({ cache: 'bypass' }, () => {
        throw new Boom('thrown');
      }),
    ).toThrow('thrown');
  });

  it.each([undefined, 'no-cache', null])('does not know %s', (cache) => {
    expect(() => callWith({ cache: cache as never }, () => 1)).toThrow(
      "callWith(): cache must be one of 'bypass', 'refresh', 'onlyIfCached'",
    );
  });

  it('concerns the calls before the first await of its function, and none after that, nor after a throw', async () => {
    const { call, cache } = counting();
    await callWith({ cache: 'bypass' }, async () => {
      await call('a');
      await call('a');
    });
    expect(cache().stats).toMatchObject({ bypassed: 1, misses: 1 });
    expect(() =>
      callWith({ cache: 'bypass' }, () => {
        throw new Boom('thrown');
      }),
    ).toThrow();
    await call('a');
    expect(cache().stats).toMatchObject({ bypassed: 1, hits: 1 });
  });

  it('may be nested: the inner one holds for its function', async () => {
    const { call, cache } = counting();
    await callWith({ cache: 'bypass' }, async () => {
      await Promise.all([callWith({ cache: 'refresh' }, () => call('a')), call('a')]);
    });
    expect(cache().stats).toMatchObject({ bypassed: 1, loads: 1 });
  });

  it.each(['bypass', 'refresh'] as const)('%s does not concern the calls that the method makes', async (mode) => {
    const runs = { outer: 0, inner: 0 };
    class Service {
      @Cached('1h')
      async outer(): Promise<number> {
        runs.outer++;
        return this.inner();
      }

      @Cached('1h')
      async inner(): Promise<number> {
        return ++runs.inner;
      }
    }
    const { runtime } = testRuntime();
    const service = new Service();
    runtime.bind(service);
    await service.outer();
    await callWith({ cache: mode }, () => service.outer());
    expect(runs).toEqual({ outer: 2, inner: 1 });
  });
});

describe.each(places)('wrap() with cache, in %s', (_place, place) => {
  it('acts as callWith, and says so before that', async () => {
    const { runtime } = testRuntime();
    const cache = runtime.caches.register('rates', { ttl: '1h', ...place() });
    let runs = 0;
    const wrap = async (mode?: 'bypass' | 'refresh' | 'onlyIfCached') => {
      const value = await cache.wrap('EUR', () => ++runs, mode && { cache: mode });
      await settle();
      return value;
    };
    await expect(wrap('onlyIfCached')).rejects.toBeInstanceOf(CacheMissError);
    expect([await wrap('bypass'), await wrap(), await wrap('bypass'), await wrap('refresh'), await wrap()]).toEqual([
      1, 2, 3, 4, 4,
    ]);
    expect(await wrap('onlyIfCached')).toBe(4);
    const within = await callWith({ cache: 'bypass' }, () => cache.wrap('EUR', () => ++runs));
    const against = await callWith({ cache: 'bypass' }, () =>
      cache.wrap('EUR', () => ++runs, { cache: 'onlyIfCached' }),
    );
    expect([within, against]).toEqual([5, 4]);
    await expect(cache.wrap('EUR', () => 1, { cache: 'never' as never })).rejects.toThrow('cache must be one of');
  });

  it('does not concern what the load calls', async () => {
    const { runtime } = testRuntime();
    const cache = runtime.caches.register('rates', { ttl: '1h', ...place() });
    let runs = 0;
    const inner = () => cache.wrap('inner', () => ++runs);
    await inner();
    await settle();
    await callWith({ cache: 'refresh' }, () => cache.wrap('outer', inner));
    await cache.wrap('outer', inner, { cache: 'bypass' });
    expect(runs).toBe(1);
  });
});
