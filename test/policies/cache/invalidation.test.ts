import { describe, expect, it } from 'vitest';
import type { Cache, CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';

function upstream(options: CachedOptions = { ttl: '1m' }) {
  const runs: { readonly land: (value: unknown) => void; readonly fail: (error: unknown) => void }[] = [];
  const world = protectForTest((_key: string) => new Promise<unknown>((land, fail) => runs.push({ land, fail })), {
    cached: options,
  });
  return { ...world, runs, cache: () => world.runtime.caches.find('Service.method')! };
}

const invalidations: [string, (cache: Cache) => unknown][] = [
  ['delete', (cache) => cache.delete('a')],
  ['clear', (cache) => cache.clear()],
  ['forget', (cache) => cache.forget('a')],
];

describe('an invalidation', () => {
  it.each(invalidations)(
    'by %s is not undone by a load that was under way: its callers get the value, it is not kept',
    async (_how, invalidate) => {
      const { call, runs, cache } = upstream();
      const before = watch(call('a'));
      await settle();
      invalidate(cache());
      const after = watch(call('a'));
      expect(runs).toHaveLength(2); // it does not wait for what may be out of date
      runs[0]?.land('old');
      await settle();
      expect(before.value).toBe('old');
      expect([cache().get('a'), cache().stats.size]).toEqual([undefined, 0]);
      runs[1]?.land('new');
      await settle();
      expect([after.value, cache().get('a')]).toEqual(['new', 'new']);
    },
  );

  it.each(invalidations)(
    'by %s: an older load neither replaces nor removes what a newer one brought',
    async (_how, invalidate) => {
      const { call, runs, cache } = upstream({ ttl: '1m', cacheIf: (value) => value !== 'drop' });
      for (const old of ['old', 'drop']) {
        watch(call('a'));
        invalidate(cache());
        watch(call('a'));
        runs.at(-1)?.land('new');
        await settle();
        runs.at(-2)?.land(old);
        await settle();
        expect(cache().get('a')).toBe('new');
        cache().clear();
      }
    },
  );

  it.each(invalidations)('by %s beats a refresh that was under way', async (_how, invalidate) => {
    const { call, runs, clock, cache } = upstream({ ttl: 10, staleFor: '1h' });
    watch(call('a'));
    runs[0]?.land('first');
    await clock.advance(10);
    expect(await call('a')).toBe('first');
    invalidate(cache());
    runs[1]?.land('refreshed');
    await settle();
    expect(cache().get('a')).toBeUndefined();
  });

  it('by set beats a load that was under way, and answers from then on', async () => {
    const { call, runs, cache } = upstream();
    const before = watch(call('a'));
    cache().set('a', 'set');
    expect(await call('a')).toBe('set');
    runs[0]?.land('loaded');
    await settle();
    expect([before.value, await call('a')]).toEqual(['loaded', 'set']);
  });

  it('of one key leaves others alone', async () => {
    const { call, runs, cache } = upstream();
    for (const key of ['a', 'b']) watch(call(key));
    cache().delete('a');
    for (const run of runs) run.land('value');
    await settle();
    expect([cache().get('a'), cache().get('b')]).toEqual([undefined, 'value']);
  });

  it('tells whether there was anything to drop', async () => {
    const { call, runs, cache } = upstream();
    watch(call('a'));
    expect([cache().delete('a'), cache().delete('b')]).toEqual([false, false]);
    watch(call('a'));
    runs[1]?.land('value');
    await settle();
    expect([cache().delete('a'), cache().delete('a')]).toEqual([true, false]);
  });

  it('by forget keeps the value that is there', async () => {
    const { call, runs, clock, cache } = upstream({ ttl: 10, staleFor: '1h' });
    watch(call('a'));
    runs[0]?.land('first');
    await clock.advance(10);
    expect(await call('a')).toBe('first');
    expect(cache().forget('a')).toBe(true);
    expect(await call('a')).toBe('first');
    expect(runs).toHaveLength(3); // and refreshes it anew
    expect(cache().stats.size).toBe(1);
  });

  it('lets a key that rests after a failed refresh start over', async () => {
    const { call, runs, clock, cache } = upstream({ ttl: 1000, staleFor: '1h' });
    cache().set('a', 1);
    await clock.advance(1000);
    await call('a');
    runs[0]?.fail(new Boom('down'));
    await settle();
    cache().delete('a');
    cache().set('a', 2);
    await clock.advance(1000);
    await call('a');
    expect(runs).toHaveLength(2);
  });

  it('lets a new value be refreshed at once, though the refresh of the old one failed after it', async () => {
    const { call, runs, clock, cache } = upstream({ ttl: 1000, staleFor: '1h' });
    cache().set('a', 'old');
    await clock.advance(1000);
    await call('a');
    cache().set('a', 'new');
    await clock.advance(999);
    runs[0]?.fail(new Boom('down'));
    await clock.advance(1);
    expect(await call('a')).toBe('new');
    expect(runs).toHaveLength(2);
  });

  it('of nothing is harmless', () => {
    const { cache } = upstream();
    cache().clear();
    expect(cache().forget('a')).toBe(false);
  });
});
