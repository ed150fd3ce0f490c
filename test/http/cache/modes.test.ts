import { describe, expect, it } from 'vitest';
import { checkCacheMode, type HttpCacheMode } from '../../../src/http/cache/index.js';
import { HttpClientError } from '../../../src/http/errors/index.js';
import { CacheMissError } from '../../../src/policies/cache/index.js';
import { failed, lasting, Scene } from './origin.js';

const headers = lasting('max-age=60', { etag: '"1"' });

describe('the mode', () => {
  it.each<[mode: HttpCacheMode, given: string, age: number, fields: Record<string, string>, then: string]>([
    ['default', 'cache milk', 10, {}, 'cache milk'],
    ['default', 'network cream', 70, { 'if-none-match': '"1"' }, 'cache cream'],
    ['no-store', 'network cream', 10, { 'cache-control': 'no-cache', pragma: 'no-cache' }, 'cache milk'],
    ['reload', 'network cream', 10, { 'cache-control': 'no-cache', pragma: 'no-cache' }, 'cache cream'],
    ['no-cache', 'network cream', 10, { 'if-none-match': '"1"', 'cache-control': 'max-age=0' }, 'cache cream'],
    ['force-cache', 'cache milk', 10, {}, 'cache milk'],
    ['force-cache', 'stale milk', 70, {}, 'network cream'],
    ['only-if-cached', 'cache milk', 10, {}, 'cache milk'],
    ['only-if-cached', 'stale milk', 70, {}, 'network cream'],
  ])("'%s' gives '%s' at an age of %d s", async (mode, given, age, fields, then) => {
    const scene = new Scene({}, { headers });
    await scene.ask();
    await scene.clock.advance(age * 1000);
    scene.reply = { body: 'cream', headers: lasting('max-age=60', { etag: '"2"' }) };

    expect(await scene.tell({ mode })).toBe(given);
    expect(scene.asked[1]?.fields ?? {}).toEqual(fields);
    expect(await scene.tell()).toBe(then);
  });

  it.each<HttpCacheMode>(['default', 'no-store', 'reload', 'no-cache', 'force-cache'])(
    "'%s' asks where nothing is kept",
    async (mode) => {
      const scene = new Scene({}, { headers });

      expect(await scene.tell({ mode })).toBe('network milk');
      expect(scene.cache.stats().stored).toBe(mode === 'no-store' ? 0 : 1);
    },
  );

  it.each<HttpCacheMode>(['force-cache', 'only-if-cached'])(
    "'%s' gives what must be revalidated, and does not renew it",
    async (mode) => {
      const scene = new Scene({}, { headers: lasting('max-age=1, must-revalidate, stale-while-revalidate=100') });
      await scene.ask();
      await scene.clock.advance(60_000);

      expect(await scene.tell({ mode })).toBe('stale milk');
      expect(await scene.tell({ mode, method: 'HEAD' })).toBe('stale ');
      expect(scene.asked).toHaveLength(1);
    },
  );

  it("'force-cache' does not renew what may be given stale either", async () => {
    const scene = new Scene({}, { headers: lasting('max-age=1, stale-while-revalidate=100') });
    await scene.ask();
    await scene.clock.advance(60_000);
    await scene.ask({ mode: 'force-cache' });

    expect(scene.asked).toHaveLength(1);
  });

  it("'only-if-cached' rejects where nothing is kept, with the facts of the request", async () => {
    const scene = new Scene({}, { headers });
    const error = await scene.ask({ mode: 'only-if-cached' }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(CacheMissError);
    expect(error).toBeInstanceOf(HttpClientError);
    expect(error).toMatchObject({
      type: 'cache',
      code: 'HOLDFAST_CACHE_MISS',
      url: 'https://shop.test/items',
      service: 'shop',
    });
    expect(scene.asked).toEqual([]);
    expect(scene.events.names).toEqual(['cache.missed']);
  });

  it.each([{ method: 'PUT', data: 'x' }, { data: 'x' }, { headers: { range: 'bytes=0-9' } }])(
    "'only-if-cached' asks nobody for what is never kept: %j",
    async (asked) => {
      const scene = new Scene({}, { headers });
      await scene.ask();

      await expect(scene.ask({ ...asked, mode: 'only-if-cached' })).rejects.toBeInstanceOf(CacheMissError);
      expect(scene.asked).toHaveLength(1);
    },
  );

  it.each(['reload', 'no-store'] as const)("'%s' tells caches on the way also for what is never kept", async (mode) => {
    const scene = new Scene({}, { headers });
    await scene.ask({ headers: { range: 'bytes=0-9' }, mode });

    expect(scene.asked[0]?.fields).toEqual({ 'cache-control': 'no-cache', pragma: 'no-cache' });
  });

  it("'no-cache' rejects when the server cannot be asked, whatever stale-if-error allows", async () => {
    const scene = new Scene({ staleIfError: '1d' }, { headers });
    await scene.ask();
    const error = failed(503);
    scene.reply = { error };

    await expect(scene.ask({ mode: 'no-cache' })).rejects.toBe(error);
  });

  it("'no-cache' gives what a 304 confirms", async () => {
    const scene = new Scene({}, { headers });
    await scene.ask();
    scene.reply = { status: 304 };

    expect(await scene.tell({ mode: 'no-cache' })).toBe('revalidated milk');
  });

  it("'reload' drops what the server denies", async () => {
    const scene = new Scene({}, { headers });
    await scene.ask();
    scene.reply = { status: 410 };
    await expect(scene.ask({ mode: 'reload' })).rejects.toMatchObject({ status: 410 });

    expect(scene.cache.stats().entries).toBe(0);
  });

  it('leaves what the request itself tells caches as it is', async () => {
    const scene = new Scene({}, { headers });
    const own = { 'cache-control': 'max-age=5', pragma: 'x' };
    await scene.ask({ mode: 'reload', headers: own });
    await scene.ask({ mode: 'no-cache', headers: own });

    expect(scene.asked.map(({ fields }) => fields)).toEqual([{}, { 'if-none-match': '"1"' }]);
  });
});

describe('the option cache of a request', () => {
  it.each([
    [undefined, 'default'],
    [true, 'default'],
    [false, 'no-store'],
    ['reload', 'reload'],
    ['only-if-cached', 'only-if-cached'],
  ])('%s means %s', (given, mode) => {
    expect(checkCacheMode(given, 'shop')).toBe(mode);
  });

  it.each([['bypass'], [1], [null], [{}]])('cannot be %o', (given) => {
    expect(() => checkCacheMode(given, 'shop')).toThrow(
      /^shop: RestClient: cache must be true, false or one of 'default', 'no-store', .*'only-if-cached', but got/,
    );
  });
});
