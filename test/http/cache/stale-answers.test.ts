import { describe, expect, it } from 'vitest';
import { TimeoutError } from '../../../src/core/index.js';
import type { HttpCacheOptions } from '../../../src/http/cache/index.js';
import {
  ClientClosedError,
  PoolTimeoutError,
  ReadTimeoutError,
  RedirectError,
} from '../../../src/http/errors/index.js';
import { CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import { settle } from '../../../src/testing/index.js';
import { facts, failed, lasting, Scene, unreachable } from './origin.js';

const refreshed = lasting('max-age=60, stale-while-revalidate=30', { etag: '"1"' });
const bridged = lasting('max-age=60, stale-if-error=600', { etag: '"1"' });

describe('a stale answer that may be given while it is renewed', () => {
  it('is renewed once for all who are given it, under no signal of theirs', async () => {
    const scene = new Scene({}, { headers: refreshed });
    await scene.ask();
    await scene.clock.advance(70_000);
    scene.reply = { body: 'cream', headers: refreshed };
    const answers = await Promise.all([scene.tell(), scene.tell()]);

    expect(answers).toEqual(['stale milk', 'stale milk']);
    expect(scene.asked[0]?.alone).toBeUndefined();
    expect(scene.asked.slice(1)).toEqual([{ fields: { 'if-none-match': '"1"' }, alone: expect.any(AbortSignal) }]);
    expect(await scene.tell()).toBe('cache cream');
    expect(scene.cache.stats()).toMatchObject({
      hits: 1,
      stale: 2,
      misses: 1,
      revalidated: 0,
      refreshes: 1,
      stored: 2,
    });
  });

  it('lasts anew once a 304 has confirmed it behind the callers', async () => {
    const scene = new Scene({}, { headers: refreshed });
    await scene.ask();
    await scene.clock.advance(70_000);
    scene.reply = { status: 304 };
    await scene.ask();
    await scene.clock.advance(59_000);

    expect(await scene.tell()).toBe('cache milk');
    expect(scene.asked).toHaveLength(2);
  });

  it('rests after a failure: a second, then two, or as long as the server asks for', async () => {
    const scene = new Scene({ staleFor: '1h' }, { headers: lasting('max-age=60') });
    await scene.ask();
    scene.reply = { status: 503 };
    const times: number[] = [];
    for (let at = 61; at < 70; at++) {
      await scene.clock.advance(at === 61 ? 61_000 : 1000);
      const before = scene.asked.length;
      expect(await scene.tell()).toBe('stale milk');
      if (scene.asked.length > before) times.push(at);
    }

    expect(times).toEqual([61, 62, 64, 68]);
    expect(scene.cache.stats().refreshFailures).toBe(4);
    expect(scene.events.of('cache.refreshFailed')[0]).toMatchObject({ site: 'shop', error: { status: 503 } });
    scene.reply = { status: 503, headers: { 'retry-after': '100' } };
    await scene.clock.advance(8000);
    await scene.ask();
    const { length } = scene.asked;
    await scene.clock.advance(99_000);
    await scene.ask();
    expect(scene.asked).toHaveLength(length);
    await scene.clock.advance(1000);
    await scene.ask();
    expect(scene.asked).toHaveLength(length + 1);
  });

  it('is renewed by a signal that close() aborts, and never again after it', async () => {
    const scene = new Scene({}, { headers: refreshed });
    await scene.ask();
    await scene.clock.advance(70_000);
    scene.reply = ({ alone }) => ({
      after: new Promise((_, reject) => alone?.addEventListener('abort', () => reject(alone.reason))),
    });
    await scene.ask();
    expect(scene.asked[1]?.alone?.aborted).toBe(false);
    scene.cache.close();
    await settle();

    expect(scene.asked[1]?.alone?.aborted).toBe(true);
    expect(scene.events.of('cache.refreshFailed')).toEqual([]);
    expect(await scene.tell()).toBe('stale milk');
    expect(scene.asked).toHaveLength(2);
  });

  it('is renewed for callers who read it as a stream too', async () => {
    const scene = new Scene({}, { headers: refreshed });
    await scene.ask();
    await scene.clock.advance(70_000);
    scene.reply = { body: 'cream', headers: refreshed };
    expect(await scene.tell({ streaming: true })).toBe('stale milk');
    await settle();

    expect(await scene.tell()).toBe('cache cream');
  });

  it.each<[what: string, control: string, options: HttpCacheOptions, given: boolean]>([
    ['by staleFor where the server says nothing', 'max-age=60', { staleFor: '30s' }, true],
    ['by what the server says, not by staleFor', 'max-age=60, stale-while-revalidate=5', { staleFor: '30s' }, false],
    [
      'never with must-revalidate',
      'max-age=60, must-revalidate, stale-while-revalidate=30',
      { staleFor: '30s' },
      false,
    ],
    ['never with no-cache', 'no-cache, stale-while-revalidate=300', { staleFor: '300s' }, false],
    [
      'never with proxy-revalidate in a shared cache',
      'max-age=60, proxy-revalidate',
      { staleFor: '30s', shared: true },
      false,
    ],
    ['not by staleFor with s-maxage in a shared cache', 's-maxage=60', { staleFor: '30s', shared: true }, false],
    [
      'with s-maxage in a shared cache where the server says so',
      's-maxage=60, stale-while-revalidate=30',
      { shared: true },
      true,
    ],
    ['by staleFor where it says nothing at all', '', { staleFor: '90s' }, true],
    ['by part of a second', 'max-age=69', { staleFor: '1500ms' }, true],
  ])('is so %s', async (_, control, options, given) => {
    const scene = new Scene(options, { headers: lasting(control, { etag: '"1"' }) });
    await scene.ask();
    await scene.clock.advance(70_000);

    expect((await scene.ask()).from).toBe(given ? 'stale' : 'network');
  });

  it('is not given when what it is about has changed', async () => {
    const scene = new Scene({}, { headers: refreshed });
    await scene.ask();
    await scene.clock.advance(70_000);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.reply = { body: 'old', headers: refreshed, after: held };
    await scene.ask();
    scene.reply = { headers: refreshed, body: 'new' };
    await scene.ask({ method: 'PUT', data: 'x' });
    release();
    await settle();

    expect(await scene.tell()).toBe('network new');
  });
});

describe('an answer where there is no new one', () => {
  const rejected = { site: 'shop', circuit: 'shop', retryAfter: 0, cause: undefined };

  it.each<[what: string, error: unknown]>([
    ['a network error', unreachable()],
    ['a timeout of a phase', new ReadTimeoutError(facts, 10)],
    ['a timeout of the attempts', new TimeoutError('total', 10, { site: 'shop' })],
    ['no free connection', new PoolTimeoutError(facts, 10)],
    ['an open circuit', new CircuitOpenError(rejected)],
    ...[500, 502, 503, 504, 520].map((status): [string, unknown] => [`a ${status}`, failed(status)]),
  ])('is the stale one after %s', async (_, error) => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(659_000);
    scene.reply = { error };

    expect(await scene.tell()).toBe('stale milk');
    expect(scene.events.of('cache.servedStale')).toMatchObject([{ age: 659_000, error }]);
    expect(scene.cache.stats()).toMatchObject({ staleIfError: 1, misses: 1, stale: 0 });
    await scene.clock.advance(2000);
    await expect(scene.ask()).rejects.toBe(error);
  });

  it.each<[what: string, error: unknown]>([
    ['a 404', failed(404)],
    ['a 429', failed(429)],
    ['a 501', failed(501)],
    ['the end of the client', new ClientClosedError(facts)],
    ['a redirect that leads nowhere', new RedirectError(facts, 'was redirected')],
    ['the abort of the caller', new DOMException('gone', 'AbortError')],
    ['the deadline of the caller', new TimeoutError('inherited', 10, { site: 'shop' })],
  ])('is the error after %s', async (_, error) => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { error };

    await expect(scene.ask()).rejects.toBe(error);
    expect(scene.cache.stats()).toMatchObject({ staleIfError: 0, misses: 2 });
  });

  it.each<[what: string, control: string, options: HttpCacheOptions, given: boolean, sent?: Record<string, string>]>([
    ['by staleIfError where the server says nothing', 'max-age=60', { staleIfError: '1m' }, true],
    ['by what the server says, not by staleIfError', 'max-age=60, stale-if-error=5', { staleIfError: '1m' }, false],
    ['never with must-revalidate', 'max-age=60, must-revalidate, stale-if-error=600', { staleIfError: '1m' }, false],
    ['never with no-cache', 'no-cache, stale-if-error=600', { staleIfError: '1m' }, false],
    ['not where nobody says so', 'max-age=60', {}, false],
    [
      'not to a request that says no-cache',
      'max-age=60, stale-if-error=600',
      {},
      false,
      { 'cache-control': 'no-cache' },
    ],
  ])('is the stale one %s', async (_, control, options, given, headers = {}) => {
    const scene = new Scene(options, { headers: lasting(control, { etag: '"1"' }) });
    await scene.ask();
    await scene.clock.advance(70_000);
    scene.reply = { status: 503 };

    if (given) expect(await scene.tell({ headers })).toBe('stale milk');
    else await expect(scene.ask({ headers })).rejects.toMatchObject({ status: 503 });
  });

  it('is dropped when the server denies it: a later outage does not bring it back', async () => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { status: 403 };
    await expect(scene.ask()).rejects.toMatchObject({ status: 403 });
    scene.reply = { status: 503 };

    await expect(scene.ask()).rejects.toMatchObject({ status: 503 });
    expect(scene.cache.stats().entries).toBe(0);
  });

  it('is the error when what it is about has changed meanwhile', async () => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(61_000);
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.reply = { status: 503, after };
    const slow = expect(scene.ask()).rejects.toMatchObject({ status: 503 });
    await settle();
    scene.reply = {};
    await scene.ask({ method: 'DELETE' });
    release();

    await slow;
  });
});

describe('a stale answer that the server is asked about', () => {
  it('is asked about by ETag and Last-Modified, and given again after a 304, which renews its head', async () => {
    const modified = new Date(0).toUTCString();
    const scene = new Scene(
      {},
      { headers: lasting('max-age=60', { etag: 'W/"1"', 'last-modified': modified, 'x-a': '1' }) },
    );
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = {
      status: 304,
      headers: { etag: 'W/"1"', 'cache-control': 'max-age=10', 'x-a': '2', 'x-b': '3', 'content-length': '0' },
    };
    const answer = await scene.ask();

    expect(scene.asked[1]?.fields).toEqual({ 'if-none-match': 'W/"1"', 'if-modified-since': modified });
    expect(answer).toMatchObject({ status: 200, from: 'revalidated', age: 0 });
    const renewed = {
      'cache-control': 'max-age=10',
      etag: 'W/"1"',
      'last-modified': modified,
      'x-a': '2',
      'x-b': '3',
      age: '0',
    };
    expect(answer.headers).toEqual(renewed);
    await scene.clock.advance(9000);
    expect((await scene.ask()).headers).toEqual({ ...renewed, age: '9' });
    await scene.clock.advance(2000);
    expect((await scene.ask()).from).toBe('revalidated');
    expect(scene.cache.stats()).toMatchObject({ revalidated: 2, hits: 1, misses: 1, stored: 3, entries: 2 });
  });

  it.each([
    ['that repeats its ETag', { etag: '"1"' }, { etag: '"1"' }],
    ['that says nothing of it', { 'last-modified': new Date(0).toUTCString() }, {}],
    ['with the weak form of it', { etag: 'W/"1"' }, { etag: 'W/"1"' }],
  ])('is confirmed by a 304 %s', async (_, kept, told) => {
    const scene = new Scene({}, { headers: lasting('max-age=60', kept as never) });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { status: 304, headers: told as never };

    expect(await scene.tell()).toBe('revalidated milk');
  });

  it('lasts by the Expires of a 304 from then on, not from the Date of the first answer', async () => {
    const date = (after: number) => new Date(Date.UTC(2026, 0, 1) + after * 1000).toUTCString();
    const scene = new Scene({}, { headers: { date: date(0), expires: date(60), etag: '"1"' } });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { status: 304, headers: { expires: date(121) } };
    await scene.ask();
    await scene.clock.advance(59_000);
    expect((await scene.ask()).from).toBe('cache');
    await scene.clock.advance(2000);

    expect((await scene.ask()).from).toBe('revalidated');
  });

  it('is given to who asked about it, and not kept again where a new one came meanwhile', async () => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(61_000);
    let release = () => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.reply = { status: 304, after };
    const slow = scene.tell();
    await scene.clock.advance(10);
    scene.reply = { body: 'cream', headers: bridged };
    await scene.ask({ mode: 'reload' });
    release();

    expect(await slow).toBe('revalidated milk');
    expect(await scene.tell()).toBe('cache cream');
    expect(scene.cache.stats()).toMatchObject({ storeFailures: 0, stored: 2 });
  });

  it('comes with the cookies of the 304 for who caused them, and for nobody after', async () => {
    const scene = new Scene({}, { headers: lasting('no-cache', { etag: '"1"' }) });
    await scene.ask();
    scene.reply = { status: 304, headers: { 'set-cookie': ['session=2'], etag: '"1"', 'cache-control': 'max-age=60' } };
    const asked = await scene.ask();
    const after = await scene.ask();

    expect([asked.from, asked.headers['set-cookie']]).toEqual(['revalidated', ['session=2']]);
    expect([after.from, after.headers['set-cookie']]).toEqual(['cache', undefined]);
  });

  it('is asked for once more when a 304 speaks of another answer', async () => {
    const scene = new Scene({}, { headers: lasting('max-age=60', { etag: '"1"' }) });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = ({ fields }) =>
      'if-none-match' in fields ? { status: 304, headers: { etag: '"2"' } } : { body: 'cream' };

    expect(await scene.tell()).toBe('network cream');
    expect(scene.asked[2]?.fields).toEqual({ 'cache-control': 'no-cache' });
  });

  it('gives way to a new one, also to one that must not be kept', async () => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { body: 'cream', headers: lasting('no-store') };
    expect(await scene.tell()).toBe('network cream');

    expect(scene.cache.stats().entries).toBe(0);
  });

  it('is not kept on when the 304 says no-store, and given this once', async () => {
    const scene = new Scene({}, { headers: bridged });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { status: 304, headers: lasting('no-store') };

    expect(await scene.tell()).toBe('revalidated milk');
    expect(scene.cache.stats().entries).toBe(0);
  });

  it('always is so with no-cache', async () => {
    const scene = new Scene({}, { headers: lasting('no-cache', { etag: '"1"' }) });
    await scene.ask();
    scene.reply = { status: 304 };

    expect(await scene.tell()).toBe('revalidated milk');
  });
});
