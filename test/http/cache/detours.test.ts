import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { settle } from '../../../src/testing/index.js';
import { type AskedFor, lasting, Scene, textOf } from './origin.js';

const headers = lasting('max-age=60', { etag: '"1"' });

/** What may become of a request on its way. */
const detours: [what: string, to: AskedFor | null][] = [
  ['was sent on behalf of another', { headers: { authorization: 'Bearer b' } }],
  ['was sent with a cookie', { headers: { cookie: 'session=1' } }],
  ['went to another URL', { url: 'https://shop.test/v1/items' }],
  ['was sent with another parameter', { url: 'https://shop.test/items?tenant=b' }],
  ['was sent with a body', { data: 'x' }],
  ['was not to be kept', { headers: { 'cache-control': 'no-store' } }],
  ['never reached a server', null],
];

describe('an answer to a request that became another on its way', () => {
  it.each(detours)('is for its caller alone where it %s', async (_, to) => {
    const scene = new Scene({}, { headers, to });

    expect(await scene.tell()).toBe('network milk');
    expect(await scene.tell()).toBe('network milk');
    expect(scene.cache.stats()).toMatchObject({ stored: 0, entries: 0 });
  });

  it.each(detours)('takes the place of what was kept where it %s: nobody knows whether that holds', async (_, to) => {
    const scene = new Scene({}, { headers });
    await scene.ask();
    scene.reply = { headers, to, body: 'cream' };
    expect(await scene.tell({ mode: 'reload' })).toBe('network cream');

    expect(scene.cache.stats().entries).toBe(0);
  });

  it('is not kept as a stream either, and reaches its caller in full', async () => {
    const body = Readable.from([Buffer.from('milk')]);
    const scene = new Scene({}, { headers, body, to: { headers: { authorization: 'Bearer b' } } });
    const { body: given } = await scene.ask({ streaming: true });

    expect(await textOf(given)).toBe('milk');
    await settle();
    expect(scene.cache.stats().entries).toBe(0);
  });

  it('confirms nothing: the server is asked once more, without conditions', async () => {
    const scene = new Scene({}, { headers });
    await scene.ask();
    const to = { headers: { authorization: 'Bearer b' } };
    scene.reply = ({ fields }) =>
      'if-none-match' in fields ? { status: 304, headers, to } : { headers, to, body: 'hers' };

    expect(await scene.tell({ mode: 'no-cache' })).toBe('network hers');
    expect(scene.asked).toHaveLength(3);
    expect(scene.cache.stats().entries).toBe(0);
  });

  it('is kept where nothing is different but what makes no difference', async () => {
    const to = { headers: { 'x-trace': '1', accept: 'text/html' }, url: 'https://shop.test/items#top' };
    const scene = new Scene({}, { headers, to });
    await scene.ask();

    expect(await scene.tell()).toBe('cache milk');
  });

  it('is not kept where the server chose it by a field that was added on the way', async () => {
    const to = { headers: { 'accept-language': 'de' } };
    const scene = new Scene({}, { headers: { ...headers, vary: 'Accept-Language' }, to });
    await scene.ask();
    expect(await scene.tell()).toBe('network milk');
    expect(scene.cache.stats().entries).toBe(0);
  });

  it('is judged by what identity() says of the request as it was sent', async () => {
    const identity = ({ headers: sent }: { headers: Readonly<Record<string, string>> }) => sent['x-tenant'] ?? '';
    const scene = new Scene({ identity }, { headers, to: { headers: { 'x-tenant': 'b' } } });
    await scene.ask();

    expect(await scene.tell()).toBe('network milk');
  });
});
