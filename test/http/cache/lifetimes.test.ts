import { describe, expect, it } from 'vitest';
import type { HttpCacheOptions } from '../../../src/http/cache/index.js';
import type { HttpHeaders } from '../../../src/http/http-headers.js';
import { lasting, Scene } from './origin.js';

const start = Date.UTC(2026, 0, 1);
const date = (at: number) => new Date(start + at * 1000).toUTCString();

describe('an answer that is kept', () => {
  it('CA4: is fresh at 599 s of max-age 600, stale at once with one refresh behind at 610 s, and asked for at 631 s', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=600, stale-while-revalidate=30') });
    await scene.tell();

    await scene.clock.advance(599_000);
    expect(await scene.tell()).toBe('cache milk');
    expect(scene.asked).toHaveLength(1);

    await scene.clock.advance(11_000);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.reply = { error: new Error('too late'), after: held };
    expect(await Promise.all([scene.tell(), scene.tell(), scene.tell()])).toEqual(Array(3).fill('stale milk'));
    expect(scene.asked).toHaveLength(2);
    release();

    await scene.clock.advance(21_000);
    scene.reply = { body: 'cream' };
    expect(await scene.tell()).toBe('network cream');
    expect(scene.asked).toHaveLength(3);
  });

  const whole = (headers: HttpHeaders) => headers;

  it.each<[what: string, headers: HttpHeaders, freshAt: number, askedAt: number, options?: HttpCacheOptions]>([
    ['max-age', lasting('max-age=60'), 59, 61],
    ['max-age in capitals', lasting('Max-Age=60'), 59, 61],
    ['max-age before Expires', lasting('max-age=60', { expires: date(600), date: date(0) }), 59, 61],
    ['max-age less the Age of the answer', lasting('max-age=60', { age: '20' }), 39, 41],
    ['Expires', { expires: date(60), date: date(0) }, 59, 61],
    ['a tenth of the time since Last-Modified', { 'last-modified': date(-1000), date: date(0) }, 99, 101],
    ['more of it if asked', { 'last-modified': date(-1000), date: date(0) }, 199, 201, { heuristic: 0.2 }],
    ['a day for immutable alone', lasting('immutable'), 86_399, 86_401],
    ['as long as asked for immutable alone', lasting('immutable'), 59, 61, { immutableFor: '1m' }],
    ['max-age for immutable too', lasting('max-age=60, immutable'), 59, 61],
    ['max-age with must-revalidate', lasting('max-age=60, must-revalidate'), 59, 61],
    ['max-age of what is public', lasting('public, max-age=60'), 59, 61],
    ['max-age of what is private', lasting('private, max-age=60'), 59, 61],
    ['max-age whatever s-maxage says', lasting('max-age=60, s-maxage=600'), 59, 61],
    ['s-maxage in a shared cache', lasting('max-age=600, s-maxage=60'), 59, 61, { shared: true }],
    [
      'max-age with proxy-revalidate in a shared cache',
      lasting('max-age=60, proxy-revalidate'),
      59,
      61,
      { shared: true },
    ],
    ['fields in a list', { 'cache-control': ['public', 'max-age=60'] }, 59, 61],
  ])('lasts by %s', async (_, headers, freshAt, askedAt, options = {}) => {
    const scene = new Scene(options, { headers: whole(headers) });
    await scene.ask();

    await scene.clock.advance(freshAt * 1000);
    expect(await scene.tell()).toBe('cache milk');
    await scene.clock.advance((askedAt - freshAt) * 1000);
    expect(await scene.tell()).toBe('network milk');
  });

  it('tells its age, which begins with that of the answer', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { age: '20' }) });
    const first = await scene.ask();
    await scene.clock.advance(7000);

    expect(first.age).toBeUndefined();
    expect(await scene.ask()).toMatchObject({ age: 27, headers: { age: '27' } });
  });

  it('has status, text and header fields, but for what concerned the connection, and cookies', async () => {
    const headers = lasting('max-age=60', {
      ...{ etag: '"1"', date: date(0), 'content-type': 'text/plain', link: ['<a>', '<b>'], connection: 'x-hop, close' },
      ...{ 'x-hop': '1', 'keep-alive': 'timeout=5', 'transfer-encoding': 'chunked', 'set-cookie': ['session=1'] },
    });
    const scene = new Scene({}, { status: 203, headers });
    const sent = await scene.ask();
    const again = await scene.ask();

    expect(sent.headers).toEqual(headers);
    const { status, statusText, headers: given } = again;
    expect({ status, statusText, given }).toEqual({
      status: 203,
      statusText: 'OK',
      given: {
        ...lasting('max-age=60', { etag: '"1"', date: date(0), 'content-type': 'text/plain', link: ['<a>', '<b>'] }),
        age: '0',
      },
    });
  });

  it('counts as old as can be when the wall clock is set back: nobody knows how old it is', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { etag: '"1"' }) });
    await scene.ask();
    scene.clock.adjustWall(-3_600_000);
    scene.reply = { status: 304 };

    expect(await scene.tell()).toBe('revalidated milk');
  });

  it('is kept for a day beyond its lifetime to ask whether it holds, or as long as keepFor says', async () => {
    const scene = new Scene({ keepFor: '1h' }, { headers: lasting('max-age=60', { etag: '"1"' }) });
    await scene.ask();
    await scene.clock.advance(3_659_000);
    expect(await scene.tell({ mode: 'only-if-cached' })).toBe('stale milk');
    await scene.clock.advance(2000);

    await expect(scene.ask({ mode: 'only-if-cached' })).rejects.toMatchObject({ code: 'HOLDFAST_CACHE_MISS' });
  });
});

describe('an answer', () => {
  it.each<[what: string, headers: HttpHeaders, options?: HttpCacheOptions, sent?: Record<string, string>]>([
    ['says no-store', lasting('no-store, max-age=60')],
    ['says No-Store', lasting('No-Store, max-age=60')],
    ['varies by *', lasting('max-age=60', { vary: '*' })],
    ['varies by * among others', lasting('max-age=60', { vary: 'accept, *' })],
    ['says nothing of a lifetime', {}],
    ['may never be given again, nor be asked about', lasting('no-cache'), { staleFor: '1m', staleIfError: '1m' }],
    ['is over at once, and must not be given stale', lasting('max-age=0, must-revalidate, stale-if-error=60')],
    ['is private in a shared cache', lasting('private, max-age=60'), { shared: true }],
    [
      'was asked for with Authorization in a shared cache',
      lasting('max-age=60'),
      { shared: true },
      { authorization: 'a' },
    ],
  ])('is not kept that %s', async (_, headers, options = {}, sent = {}) => {
    const scene = new Scene(options, { headers });
    await scene.ask({ headers: sent });

    expect(await scene.tell({ headers: sent })).toBe('network milk');
    expect(scene.cache.stats()).toMatchObject({ stored: 0, entries: 0, misses: 2 });
  });

  it.each([
    ['a part', 206],
    ['what was made', 201],
    ['no word yet', 202],
  ])('is not kept that is %s', async (_, status) => {
    const scene = new Scene({}, { status, headers: { etag: '"1"' } });
    await scene.ask();

    expect(scene.cache.stats().entries).toBe(0);
  });

  it.each(['public, max-age=60', 's-maxage=60', 'must-revalidate, max-age=60'])(
    'is kept by a shared cache although it was asked for with Authorization, where it says %s',
    async (control) => {
      const scene = new Scene({ shared: true }, { headers: lasting(control) });
      await scene.ask({ headers: { authorization: 'a' } });

      expect(await scene.tell({ headers: { authorization: 'a' } })).toBe('cache milk');
    },
  );

  it('is given to a shared cache with a cookie only where it is public', async () => {
    const cookie = { 'set-cookie': 'session=1' };
    const one = new Scene({ shared: true }, { headers: lasting('max-age=60', { ...cookie, etag: '"1"' }) });
    const other = new Scene({ shared: true }, { headers: lasting('public, max-age=60', cookie) });
    await one.ask();
    await other.ask();

    expect(await one.tell()).toBe('network milk');
    expect(await other.tell()).toBe('cache milk');
  });

  it('is the latest, though an older one arrives after it', async () => {
    let release = () => {};
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    const scene = new Scene({}, { body: 'old', headers: lasting('max-age=60'), after: late });
    const slow = scene.tell();
    await scene.clock.advance(10);
    scene.reply = { body: 'new', headers: lasting('max-age=60') };
    expect(await scene.tell()).toBe('network new');
    release();

    expect(await slow).toBe('network old');
    expect(await scene.tell()).toBe('cache new');
  });
});

describe('a request', () => {
  it.each<[what: string, headers: Record<string, string>, after: number, from: string]>([
    ['asks anew by no-cache', { 'cache-control': 'no-cache' }, 1, 'network'],
    ['asks anew by Pragma', { pragma: 'no-cache' }, 1, 'network'],
    ['takes nothing older than max-age', { 'cache-control': 'max-age=10' }, 11, 'network'],
    ['takes what is younger than max-age', { 'cache-control': 'max-age=10' }, 9, 'cache'],
    ['takes nothing that is over soon by min-fresh', { 'cache-control': 'min-fresh=30' }, 31, 'network'],
    ['takes what is over later than min-fresh', { 'cache-control': 'min-fresh=30' }, 29, 'cache'],
    ['takes stale ones by max-stale', { 'cache-control': 'Max-Stale=30' }, 89, 'stale'],
    ['takes none that is staler than max-stale', { 'cache-control': 'max-stale=30' }, 91, 'network'],
    ['with no-store goes past it', { 'cache-control': 'no-store' }, 1, 'network'],
    ['for a part goes past it', { range: 'bytes=0-1' }, 1, 'network'],
    ['with a condition of its own goes past it', { 'if-none-match': '"1"' }, 1, 'network'],
  ])('that %s', async (_, headers, after, from) => {
    const scene = new Scene({}, { headers: lasting('max-age=60') });
    await scene.ask();
    await scene.clock.advance(after * 1000);

    expect((await scene.ask({ headers })).from).toBe(from);
  });

  it('that takes stale ones is given none that must be revalidated', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60, must-revalidate') });
    await scene.ask();
    await scene.clock.advance(61_000);

    expect(await scene.tell({ headers: { 'cache-control': 'max-stale' } })).toBe('network milk');
  });

  it.each([{ data: 'query' }, { method: 'OPTIONS' }, { method: 'QUERY' }])(
    'like %o goes past the cache',
    async (given) => {
      const scene = new Scene({}, { headers: lasting('max-age=60') });
      await scene.ask(given);
      await scene.ask(given);

      expect(scene.asked).toHaveLength(2);
      expect(scene.cache.stats()).toMatchObject({ bypassed: 2, entries: 0, invalidated: 0 });
    },
  );

  it('by HEAD is answered from what GET was answered, without the body', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { 'content-length': '4' }) });
    await scene.ask();

    const head = await scene.ask({ method: 'HEAD' });
    expect(head).toMatchObject({ from: 'cache', headers: { 'content-length': '4' } });
    expect(head.body).toHaveLength(0);
    expect(scene.asked).toHaveLength(1);
  });

  it('by HEAD is answered on its own where GET would be renewed: it could not renew that', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60, stale-while-revalidate=60') });
    await scene.ask();
    await scene.clock.advance(61_000);

    expect(await scene.tell({ method: 'HEAD' })).toBe('network ');
    expect(scene.asked.map(({ alone }) => alone)).toEqual([undefined, undefined]);
  });

  it('by HEAD is answered on its own where there is no GET, or it is stale', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60') });
    await scene.ask({ method: 'HEAD' });
    expect(await scene.tell({ method: 'HEAD' })).toBe('cache ');
    expect(await scene.tell()).toBe('network milk');

    await scene.clock.advance(61_000);
    expect(await scene.tell({ method: 'HEAD' })).toBe('network ');
    expect(await scene.tell()).toBe('network milk');
  });
});
