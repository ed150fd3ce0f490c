import { describe, expect, it } from 'vitest';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { protectForTest, sequence, settle } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

type World = Parameters<typeof protectForTest>[2];

/** A method that takes a while and gives 1, 2, 3 …. */
function slow(options: CachedOptions, world: World = {}, takes = 0) {
  const upstream = { runs: 0, takes };
  const all = protectForTest(
    async (_key: string) => {
      if (upstream.takes > 0) await all.clock.sleep(upstream.takes);
      return ++upstream.runs;
    },
    { cached: { ttl: 1000, key: (key: string) => key, ...options } },
    world,
  );
  const load = async (key: string) => {
    const value = all.call(key);
    await all.clock.advance(upstream.takes);
    return value;
  };
  return { ...all, upstream, load, cache: () => all.runtime.caches.find('Service.method')! };
}

/** How long each of many keys is fresh, in steps of 10 ms. */
async function freshness(options: CachedOptions, world: World, keys = 50): Promise<number[]> {
  const { load, clock, cache } = slow(options, world);
  const names = Array.from({ length: keys }, (_, key) => `${key}`);
  for (const key of names) await load(key);
  const lasted = names.map(() => 0);
  for (let now = 10; now <= 2000; now += 10) {
    await clock.advance(10);
    for (const [index, key] of names.entries()) if ((await cache().get(key)) !== undefined) lasted[index] = now;
  }
  return lasted;
}

const places = [
  ['memory', () => ({})],
  ['a store', () => ({ store: new HeldStore() })],
] as const;

describe.each(places)('jitter, in %s', (_place, place) => {
  it('only shortens ttl, by at most its share, and differs from value to value', async () => {
    const lasted = await freshness({ jitter: 0.2, ...place() }, { seed: 7 });
    expect(Math.max(...lasted)).toBeLessThan(1000);
    expect(Math.min(...lasted)).toBeGreaterThanOrEqual(790);
    expect(new Set(lasted).size).toBeGreaterThan(10);
    expect(Math.min(...lasted)).toBeLessThan(850);
    expect(Math.max(...lasted)).toBeGreaterThan(950);
  });

  it('is the same for the same chance, and another for another', async () => {
    const [one, same, other] = await Promise.all(
      [7, 7, 8].map((seed) => freshness({ jitter: 0.5, ...place() }, { seed }, 10)),
    );
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('of 0 takes no chance', async () => {
    let taken = 0;
    const random = { next: () => ++taken / 10 };
    const lasted = await freshness({ ...place() }, { random }, 3);
    expect([lasted, taken]).toEqual([[990, 990, 990], 0]);
  });

  it('does not shorten the times after ttl', async () => {
    const { load, clock, cache, upstream } = slow({ jitter: 1, staleFor: 500, ...place() }, { random: sequence(0.5) });
    await load('a');
    await settle();
    await clock.advance(499);
    await load('a');
    expect(cache().stats).toMatchObject({ hits: 1, stale: 0 });
    await clock.advance(1);
    await load('a');
    expect([upstream.runs, cache().stats]).toMatchObject([2, { hits: 1, stale: 1 }]);
    const other = slow({ jitter: 1, staleFor: 500, ...place() }, { random: sequence(0.5) });
    await other.load('a');
    await other.clock.advance(1000);
    await other.load('a');
    expect(other.cache().stats).toMatchObject({ stale: 0, misses: 2 });
  });
});

describe.each(places)('beta, in %s', (_place, place) => {
  /** After how long a value, asked for every 10 ms, is refreshed. */
  async function refreshedAfter(beta: number, takes: number, seed: number): Promise<number> {
    const { load, call, clock, cache } = slow({ beta, ...place() }, { seed }, takes);
    await load('a');
    await settle();
    for (let age = 10; age < 1000; age += 10) {
      await clock.advance(10);
      await call('a');
      if (cache().stats.refreshes > 0) return age;
    }
    return 1000;
  }

  /** The same, on average over many seeds. */
  async function usually(beta: number, takes: number): Promise<number> {
    let sum = 0;
    for (let seed = 1; seed <= 20; seed++) sum += await refreshedAfter(beta, takes, seed);
    return sum / 20;
  }

  it('refreshes before the end: the earlier the slower the load and the larger beta, never with 0', async () => {
    const [never, quick, slowly, eagerly] = [
      await usually(0, 100),
      await usually(1, 20),
      await usually(1, 100),
      await usually(3, 100),
    ] as [number, number, number, number];
    expect(never).toBe(1000);
    expect(quick).toBeLessThan(1000);
    expect(slowly).toBeLessThan(quick - 50);
    expect(eagerly).toBeLessThan(slowly - 50);
  });

  it('is refreshed behind the caller, who gets the fresh value, and all callers get the new one then', async () => {
    const { load, call, clock, cache, upstream } = slow({ beta: 1, ...place() }, { random: sequence(0.9999999) }, 100);
    await load('a');
    await settle();
    expect(await call('a')).toBe(1);
    expect(cache().stats).toMatchObject({ hits: 1, refreshes: 1, misses: 1, loads: 1 });
    expect(await call('a')).toBe(1);
    expect(cache().stats).toMatchObject({ hits: 2, refreshes: 1 });
    await clock.advance(100);
    expect([await call('a'), upstream.runs]).toEqual([2, 2]);
  });

  it('asks for an age by which loading took that long: e^-1 of chance at loadTime before the end', async () => {
    // now - loadTime * beta * ln(1 - r) >= freshUntil: with r = 1 - 1/e, at loadTime * beta before the end
    const chance = 1 - Math.exp(-1);
    for (const [beta, early] of [
      [1, 100],
      [2, 200],
      [0.5, 50],
    ] as const) {
      const { load, call, clock, cache } = slow({ beta, ...place() }, { random: sequence(chance) }, 100);
      await load('a');
      await settle();
      await clock.advance(1000 - early - 1);
      await call('a');
      expect([beta, cache().stats.refreshes]).toEqual([beta, 0]);
      await clock.advance(2);
      await call('a');
      expect([beta, cache().stats.refreshes]).toEqual([beta, 1]);
      await clock.advance(100);
    }
  });

  it('leaves alone what was set by hand, or loaded in no time: nobody knows how long it takes', async () => {
    const { load, call, cache } = slow({ beta: 1, ...place() }, { random: sequence(0.9999999) });
    await load('a');
    await cache().set('b', 1);
    await settle();
    for (const key of ['a', 'b']) await call(key);
    expect(cache().stats.refreshes).toBe(0);
  });

  it('is bounded by maxRefreshes, and rests after a failure', async () => {
    let fails = false;
    const { clock, runtime } = slow({}, {});
    const cache = runtime.caches.register('early', { ttl: 1000, beta: 1, maxRefreshes: 1, ...place() });
    const loadTwice = async (key: string) => {
      await clock.sleep(100);
      if (fails) throw new Error('down');
      return key;
    };
    for (const key of ['a', 'b']) {
      const loaded = cache.wrap(key, () => loadTwice(key));
      await clock.advance(100);
      await loaded;
      await settle();
    }
    fails = true;
    for (let round = 0; round < 40; round++) {
      await clock.advance(20);
      for (const key of ['a', 'b']) await cache.wrap(key, () => loadTwice(key));
    }
    expect(cache.stats.refreshes).toBeGreaterThan(0);
    expect(cache.stats.refreshes).toBeLessThanOrEqual(2);
    expect(cache.stats.hits).toBe(80);
    await clock.advance(1000);
  });
});

describe('the options of chance', () => {
  it.each<[CachedOptions, string]>([
    [{ jitter: -0.1 }, '@Cached: jitter must be a number from 0 to 1'],
    [{ jitter: 1.1 }, '@Cached: jitter must be a number from 0 to 1'],
    [{ beta: -1 }, '@Cached: beta must be a number of at least 0'],
    [{ beta: Number.NaN }, '@Cached: beta must be a number of at least 0'],
    [{ jitter: '10%' as never }, '@Cached: jitter must be a number from 0 to 1'],
  ])('%o are told at the decorator', (options, message) => {
    expect(() => slow(options)).toThrow(message);
  });
});
