import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/http/errors/index.js';
import { failure, httpStage, patience, tcpStage, tlsStage, transportWith, trustingAgent, wire } from './stage.js';

describe('the transport', () => {
  it('sends what it is given and nothing else, and hands back status, header fields and body', async () => {
    const { origin } = await httpStage((request, response) => {
      response.writeHead(418, 'Teapot', { 'x-tea': 'green', 'set-cookie': ['a=1', 'b=2'] });
      response.end(JSON.stringify([request.method, request.url, request.headers]));
    });

    const answer = await transportWith({ decompress: false }).send(
      wire(`${origin}/a?b=%20c`, { headers: { 'x-a': '1' } }),
      patience(),
    );

    expect(answer).toMatchObject({ status: 418, statusText: 'Teapot' });
    expect(answer.headers).toMatchObject({ 'x-tea': 'green', 'set-cookie': ['a=1', 'b=2'] });
    expect(JSON.parse(String(answer.body))).toEqual([
      'GET',
      '/a?b=%20c',
      { 'x-a': '1', host: origin.slice(7), connection: 'keep-alive' },
    ]);
  });

  it.each([
    ['a text', 'grün', 'grün', '5'],
    ['bytes', Buffer.from([0, 255, 10]), Buffer.from([0, 255, 10]), '3'],
    ['a stream', () => Readable.from([Buffer.from('ab'), Buffer.from('c')]), 'abc', undefined],
    ['a blob', new Blob(['blob']), 'blob', '4'],
    ['nothing', undefined, '', '0'],
  ])('sends %s as it is, and calls it nothing', async (_, data, expected, length) => {
    let headers: Record<string, unknown> = {};
    const { origin } = await httpStage((request, response) => {
      ({ headers } = request);
      request.pipe(response);
    });
    const body = typeof data === 'function' ? data() : data;

    const answer = await transportWith().send(wire(origin, { method: 'POST', data: body }), patience());

    expect(answer.body).toEqual(Buffer.from(expected));
    expect(headers['content-length']).toBe(length);
    expect(headers['content-type']).toBeUndefined();
  });

  it('gives a form the boundary that its body has', async () => {
    const { origin } = await httpStage((request, response) => {
      response.setHeader('x-type', String(request.headers['content-type']));
      request.pipe(response);
    });
    const data = new FormData();
    data.append('city', 'Bern');

    const { headers, body } = await transportWith().send(wire(origin, { method: 'POST', data }), patience());

    const [, boundary = '-'] = /^multipart\/form-data; boundary=(.+)$/.exec(String(headers['x-type'])) ?? [];
    expect(String(body)).toContain(`--${boundary}`);
    expect(String(body)).toContain('Bern');
  });

  it('keeps the characters of Latin-1 in header fields, both ways', async () => {
    const { origin } = await httpStage((request, response) => {
      response.setHeader('x-city', String(request.headers['x-city']));
      response.end();
    });

    const { headers } = await transportWith().send(wire(origin, { headers: { 'x-city': 'Zürich ÿ' } }), patience());

    expect(headers['x-city']).toBe('Zürich ÿ');
  });

  it.each([
    ['HEAD', 200, { 'content-length': '1000', 'content-encoding': 'gzip' }],
    ['GET', 204, {}],
    ['GET', 304, { 'content-encoding': 'gzip', etag: '"1"' }],
    ['GET', 200, { 'content-length': '0', 'content-encoding': 'br' }],
  ])('knows that %s answered with %d has no body', async (method, status, fields) => {
    const { origin, sockets } = await httpStage((_, response) => void response.writeHead(status, fields).end());
    const transport = transportWith();

    for (const streaming of [false, true]) {
      const { headers, body } = await transport.send(wire(origin, { method, streaming, maxBytes: 10 }), patience());
      expect(headers).toMatchObject(fields);
      expect(streaming ? await (body as Readable).toArray() : body).toEqual(streaming ? [] : Buffer.alloc(0));
    }

    expect(sockets).toHaveLength(1);
  });

  it('gives the connection of an empty answer back, though nobody reads its stream', async () => {
    const { origin, sockets } = await httpStage((_, response) => void response.writeHead(204).end());
    const transport = transportWith({ poolSize: 1 });

    for (let count = 0; count < 3; count++) await transport.send(wire(origin, { streaming: true }), patience());

    expect(sockets).toHaveLength(1);
  });

  it('passes over informational answers', async () => {
    const { origin } = await httpStage((_, response) => {
      response.writeContinue();
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('done');
    });

    expect(await transportWith().send(wire(origin), patience())).toMatchObject({
      status: 200,
      body: Buffer.from('done'),
    });
  });

  it('reads chunks, with extensions and trailers', async () => {
    const { port } = await tcpStage((socket) =>
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nx-sum: 5\r\n\r\n',
        ),
      ),
    );

    const { body } = await transportWith().send(wire(`http://127.0.0.1:${port}`), patience());

    expect(String(body)).toBe('abcde');
  });

  it('reads bodies that end with the connection, as HTTP/1.0 has them', async () => {
    const { port } = await tcpStage((socket) => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nold')));

    expect(String((await transportWith().send(wire(`http://127.0.0.1:${port}`), patience())).body)).toBe('old');
  });

  it('reaches IPv6 addresses written as such', async () => {
    const { origin } = await httpStage((request, response) => response.end(request.headers.host), '::1');

    const { body } = await transportWith().send(wire(origin), patience());

    expect(String(body)).toBe(origin.slice(7));
  });

  it('speaks TLS by the agent that it is given', async () => {
    const { origin } = await tlsStage((_, response) => response.end('secret'));

    const { body } = await transportWith({ httpsAgent: trustingAgent() }).send(wire(origin), patience());

    expect(String(body)).toBe('secret');
  });

  it('resolves names as it is told', async () => {
    const { port } = await httpStage((request, response) => response.end(request.headers.host));
    const asked: string[] = [];
    const lookup = (host: string, _: object, done: (error: null, address: string, family: 4) => void) => {
      asked.push(host);
      done(null, '127.0.0.1', 4);
    };

    const { body } = await transportWith({ lookup }).send(wire(`http://maps.invalid:${port}`), patience());

    expect(String(body)).toBe(`maps.invalid:${port}`);
    expect(asked).toEqual(['maps.invalid']);
  });

  it('carries large bodies both ways, unharmed', async () => {
    const { origin } = await httpStage((request, response) => request.pipe(response));
    const data = Buffer.alloc(5_000_000, 'holdfast');

    const { body } = await transportWith().send(wire(origin, { method: 'POST', data }), patience());

    expect(hash(body as Buffer)).toBe(hash(data));
  });

  it.each([4, 6, Number.NaN])('holds a stream of 5 bytes to its length, which was said to be %d', async (length) => {
    const arrived: unknown[] = [];
    const { origin } = await httpStage(({ url }, response) => {
      arrived.push(url);
      response.end();
    });
    const data = Readable.from([Buffer.from('hello')]);
    const headers = { 'content-length': String(length) };

    const error = await failure(transportWith().send(wire(origin, { method: 'POST', data, headers }), patience()));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'ERR_HTTP_CONTENT_LENGTH_MISMATCH' });
    expect(data.destroyed).toBe(true);
    expect(arrived.length).toBeLessThanOrEqual(1);
  });

  it('sends a stream that is as long as was said', async () => {
    const { origin } = await httpStage((request, response) => void request.pipe(response));
    const data = Readable.from(['hel', Buffer.from('lo')]);

    const answer = await transportWith().send(
      wire(origin, { method: 'POST', data, headers: { 'content-length': '5' } }),
      patience(),
    );

    expect(String(answer.body)).toBe('hello');
  });

  it('sends credentials that stand in the URL', async () => {
    const { origin } = await httpStage((request, response) => response.end(request.headers.authorization));

    const { body } = await transportWith().send(wire(origin.replace('//', '//ann:p%40ss@')), patience());

    expect(String(body)).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
  });
});

function hash(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}
