import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { inspect } from 'node:util';
import { type AxiosAdapter, AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it } from 'vitest';
import { isPermanent } from '../../../src/core/index.js';
import {
  ConnectTimeoutError,
  NetworkError,
  ReadTimeoutError,
  ResponseTooLargeError,
} from '../../../src/http/errors/index.js';
import { answerStage, failure, never, patience, transportWith, wire } from './stage.js';

/** An adapter that answers at once. */
function answering(data: unknown, { status = 200, headers = {} as Record<string, string> } = {}) {
  const configs: InternalAxiosRequestConfig[] = [];
  const adapter: AxiosAdapter = async (config) => {
    configs.push(config);
    return { data, status, statusText: 'OK', headers: new AxiosHeaders(headers), config };
  };
  return { adapter, configs };
}

function failing(error: (config: InternalAxiosRequestConfig) => unknown): AxiosAdapter {
  return (config) => Promise.reject(error(config));
}

const url = 'http://maps.test/a';

describe('an adapter', () => {
  it('gets the limits that only it can keep, the body as it is, and no redirects to follow', async () => {
    const { adapter, configs } = answering(Buffer.from('ok'));
    const limits = { pool: 1, connect: 2, write: 3, read: 4 };
    const data = Buffer.alloc(1_000_000);

    await transportWith({ adapter }).send(wire(url, { method: 'POST', data, limits, maxBytes: 9 }), patience());
    await transportWith({ adapter }).send(wire(url, { streaming: true }), patience());

    expect(configs[0]).toMatchObject({
      phaseLimits: limits,
      maxContentLength: 9,
      maxRedirects: 0,
      responseType: 'arraybuffer',
    });
    expect(configs[0]).toMatchObject({ decompress: true });
    expect(configs[0]?.data).toBe(data);
    expect(configs[1]).toMatchObject({ maxContentLength: -1, responseType: 'stream' });
  });

  it.each([
    ['a Buffer', () => Buffer.from('ok')],
    ['an ArrayBuffer', () => new TextEncoder().encode('ok').buffer],
    ['a view', () => new TextEncoder().encode('-ok-').subarray(1, 3)],
    ['a text', () => 'ok'],
    ['a stream', () => Readable.from([Buffer.from('o'), Buffer.from('k')])],
    ['a web stream', () => Readable.toWeb(Readable.from([Buffer.from('ok')]))],
  ])('may hand over %s', async (_, make) => {
    const whole = await transportWith({ adapter: answering(make()).adapter }).send(wire(url), patience());
    const streamed = await transportWith({ adapter: answering(make()).adapter }).send(
      wire(url, { streaming: true }),
      patience(),
    );

    expect(String(whole.body)).toBe('ok');
    expect(String(Buffer.concat(await (streamed.body as Readable).toArray()))).toBe('ok');
  });

  it.each([undefined, null, '', Buffer.alloc(0)])('may hand over nothing: %j', async (data) => {
    expect((await transportWith(answering(data)).send(wire(url), patience())).body).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['is closed without a word', (body: PassThrough) => body.destroy()],
    ['is closed before anybody has seen it', (body: PassThrough) => body.destroy(), 0],
    [
      'ends although its message is not complete',
      (body: PassThrough) => Object.assign(body, { complete: false }).end(),
    ],
  ])('hands over what breaks off when its stream %s', async (_, close, after = 10) => {
    const body = new PassThrough();
    body.write('begin');
    if (after === 0) {
      close(body);
      await once(body, 'close');
    } else setTimeout(() => close(body), after);

    const error = await failure(transportWith(answering(body)).send(wire(url), patience()));

    expect(error).toMatchObject({ name: 'NetworkError', code: 'ECONNRESET' });
    expect(error.message).toContain('the answer broke off');
  });

  it('has to hand over bytes', async () => {
    const error = await failure(transportWith(answering({ parsed: true })).send(wire(url), patience()));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('neither bytes nor a stream');
    expect(isPermanent(error)).toBe(true);
  });

  it('decompresses by itself', async () => {
    const { adapter } = answering(Buffer.from('plain'), { headers: { 'content-encoding': 'gzip' } });

    expect(String((await transportWith({ adapter }).send(wire(url), patience())).body)).toBe('plain');
  });

  it.each([false, true])('may not hand over too much (streaming: %s)', async (streaming) => {
    const sending = transportWith(answering(Buffer.alloc(11))).send(wire(url, { maxBytes: 10, streaming }), patience());

    const error = await failure(sending.then(({ body }) => (body as Readable).toArray()));

    expect(error).toBeInstanceOf(ResponseTooLargeError);
  });

  it('is asked again for where a redirect leads', async () => {
    const urls: (string | undefined)[] = [];
    const adapter: AxiosAdapter = async (config) => {
      urls.push(config.url);
      const headers = new AxiosHeaders(urls.length === 1 ? { location: '/b' } : {});
      return { data: Readable.from([]), status: urls.length === 1 ? 302 : 200, statusText: '', headers, config };
    };

    expect(await transportWith({ adapter }).send(wire(url), patience())).toMatchObject({ status: 200 });
    expect(urls).toEqual([url, 'http://maps.test/b']);
  });

  it.each([
    ['ECONNREFUSED', NetworkError, false],
    ['ECONNRESET', NetworkError, true],
    ['UND_ERR_SOCKET', NetworkError, true],
    ['UND_ERR_CONNECT_TIMEOUT', ConnectTimeoutError, false],
    ['UND_ERR_HEADERS_TIMEOUT', ReadTimeoutError, true],
    ['UND_ERR_BODY_TIMEOUT', ReadTimeoutError, true],
  ])('tells by %s what happened', async (code, type, sent) => {
    const cause = Object.assign(new Error('told by the adapter'), { code });
    const errors = [() => cause, (config: InternalAxiosRequestConfig) => AxiosError.from(cause, code, config)];
    for (const make of errors) {
      const attempt = patience();

      const error = await failure(transportWith({ adapter: failing(make) }).send(wire(url), attempt));

      expect(error).toBeInstanceOf(type);
      expect([error.sent, attempt.sent]).toEqual([sent, sent]);
    }
  });

  it('may have read where a redirect leads as what it is', async () => {
    const urls: (string | undefined)[] = [];
    const adapter: AxiosAdapter = async (config) => {
      const status = urls.push(config.url) === 1 ? 302 : 200;
      return { data: '', status, statusText: '', headers: { location: '/ж' }, config };
    };

    await transportWith({ adapter }).send(wire(url), patience());

    expect(urls[1]).toBe('http://maps.test/%D0%B6');
  });

  it('has sent something when a redirect was answered before its connection failed', async () => {
    let asked = 0;
    const adapter: AxiosAdapter = async (config) => {
      if (++asked > 1) throw Object.assign(new Error('late'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
      return { data: '', status: 307, statusText: '', headers: { location: '/b' }, config };
    };

    const error = await failure(transportWith({ adapter }).send(wire(url, { method: 'POST' }), patience()));

    expect(error).toBeInstanceOf(ConnectTimeoutError);
    expect(error.sent).toBe(true);
  });

  it.each([
    ['connect', false],
    ['read', true],
  ])('may lose the way to its host when it wants to %s', async (syscall, sent) => {
    const make = () => Object.assign(new Error('no way'), { code: 'EHOSTUNREACH', syscall });

    const error = await failure(transportWith({ adapter: failing(make) }).send(wire(url), patience()));

    expect(error).toMatchObject({ code: 'EHOSTUNREACH', sent });
  });

  it.each([
    ['HTTPParserError', { code: undefined, data: 'set-cookie: session=s3cret' }],
    ['TypeError', { code: 'ERR_INVALID_URL', input: 'http://jane:s3cret@proxy', base: 'http://jane:s3cret@base' }],
  ])('may know secrets of a %s, which nobody is told', async (name, parts) => {
    const make = () => Object.assign(new Error('it went wrong'), { name }, parts);

    const error = await failure(transportWith({ adapter: failing(make) }).send(wire(url), patience()));

    expect(error.cause).toMatchObject({ message: 'it went wrong' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('s3cret');
  });

  it('may write the names of header fields as it likes', async () => {
    const headers = { 'Content-Type': 'text/plain', 'Set-Cookie': ['a=1', 'b=2'], 'X-None': null } as never;
    const answer = await transportWith({ adapter: answering('ok', { headers }).adapter }).send(wire(url), patience());

    expect(answer.headers).toEqual({ 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('gets a signal that fetch takes as well', async () => {
    const { origin } = await answerStage(never);
    const adapter: AxiosAdapter = async (config) => {
      const answer = await fetch(String(config.url), { signal: config.signal as AbortSignal });
      return { data: answer.body, status: answer.status, statusText: '', headers: {}, config };
    };
    const attempt = patience();
    const asking = failure(transportWith({ adapter }).send(wire(origin), attempt));
    await new Promise((resolve) => setTimeout(resolve, 50));
    attempt.end(new Error('enough'));

    expect((await asking).message).toBe('enough');
  });

  it('tells of what is too large as axios does', async () => {
    const make = (config: InternalAxiosRequestConfig) =>
      new AxiosError('maxContentLength size of 5 exceeded', 'ERR_BAD_RESPONSE', config);

    const error = await failure(transportWith({ adapter: failing(make) }).send(wire(url, { maxBytes: 5 }), patience()));

    expect(error).toBeInstanceOf(ResponseTooLargeError);
  });

  it('is ended by patience', async () => {
    const adapter: AxiosAdapter = ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener?.('abort', () => reject(new Error('aborted'))));
    const attempt = patience();
    const sending = failure(transportWith({ adapter }).send(wire(url), attempt));
    await Promise.resolve();
    const reason = new Error('the caller left');
    attempt.end(reason);

    expect(await sending).toBe(reason);
    expect(attempt.sent).toBe(true);
  });
});
