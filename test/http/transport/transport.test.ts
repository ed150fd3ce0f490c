import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/http/errors/index.js';
import {
  answerStage,
  echo,
  failure,
  overTls,
  patience,
  tcpStage,
  transportWith,
  trustingAgent,
  wire,
} from './stage.js';

describe('the transport', () => {
  it('sends what it is given and nothing else, and hands back status, header fields and body', async () => {
    const { origin } = await answerStage(({ method, url, headers }) => ({
      status: 418,
      statusText: 'Teapot',
      headers: { 'x-tea': 'green', 'set-cookie': ['a=1', 'b=2'] },
      body: [method, url, headers],
    }));

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
    const { origin } = await answerStage((request) => {
      ({ headers } = request);
      return echo(request);
    });
    const body = typeof data === 'function' ? data() : data;

    const answer = await transportWith().send(wire(origin, { method: 'POST', data: body }), patience());

    expect(answer.body).toEqual(Buffer.from(expected));
    expect(headers['content-length']).toBe(length);
    expect(headers['content-type']).toBeUndefined();
  });

  it('gives a form the boundary that its body has', async () => {
    const { origin } = await answerStage((request) => ({
      ...echo(request),
      headers: { 'x-type': request.headers['content-type'] },
    }));
    const data = new FormData();
    data.append('city', 'Bern');

    const { headers, body } = await transportWith().send(wire(origin, { method: 'POST', data }), patience());

    const [, boundary = '-'] = /^multipart\/form-data; boundary=(.+)$/.exec(String(headers['x-type'])) ?? [];
    expect(String(body)).toContain(`--${boundary}`);
    expect(String(body)).toContain('Bern');
  });

  it('keeps the characters of Latin-1 in header fields, both ways', async () => {
    const { origin } = await answerStage(({ headers }) => ({ headers: { 'x-city': headers['x-city'] } }));

    const { headers } = await transportWith().send(wire(origin, { headers: { 'x-city': 'Zürich ÿ' } }), patience());

    expect(headers['x-city']).toBe('Zürich ÿ');
  });

  it.each([
    ['HEAD', 200, { 'content-length': '1000', 'content-encoding': 'gzip' }, Buffer.alloc(1000)],
    ['GET', 204, {}, undefined],
    ['GET', 304, { 'content-encoding': 'gzip', etag: '"1"' }, undefined],
    ['GET', 200, { 'content-length': '0', 'content-encoding': 'br' }, undefined],
  ])('knows that %s answered with %d has no body', async (method, status, fields, whole) => {
    const { 'content-length': _, ...headers } = fields as Record<string, string>;
    const stage = await answerStage({ status, headers, body: whole });
    const transport = transportWith();

    for (const streaming of [false, true]) {
      const request = wire(stage.origin, { method, streaming, maxBytes: 10 });
      const { headers: received, body } = await transport.send(request, patience());
      expect(received).toMatchObject(fields);
      expect(streaming ? await (body as Readable).toArray() : body).toEqual(streaming ? [] : Buffer.alloc(0));
    }

    expect(stage.accepted).toBe(1);
  });

  it('gives the connection of an empty answer back, though nobody reads its stream', async () => {
    const stage = await answerStage({ status: 204 });
    const transport = transportWith({ poolSize: 1 });

    for (let count = 0; count < 3; count++) await transport.send(wire(stage.origin, { streaming: true }), patience());

    expect(stage.accepted).toBe(1);
  });

  it('passes over informational answers', async () => {
    const { origin, server } = await answerStage({ body: 'done' });
    server.fail([100, 102, 103].map((status) => ({ kind: 'informational', status: status as 100 | 102 | 103 })));

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
    const { origin } = await answerStage(({ headers }) => ({ body: headers.host }), { host: '::1' });

    const { body } = await transportWith().send(wire(origin), patience());

    expect(String(body)).toBe(origin.slice(7));
  });

  it('speaks TLS by the agent that it is given', async () => {
    const { origin } = await answerStage({ body: 'secret' }, overTls);

    const { body } = await transportWith({ httpsAgent: trustingAgent() }).send(wire(origin), patience());

    expect(String(body)).toBe('secret');
  });

  it('resolves names as it is told', async () => {
    const { port } = await answerStage(({ headers }) => ({ body: headers.host }));
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
    const { origin } = await answerStage(echo, { bodyLimit: 5_000_000 });
    const data = Buffer.alloc(5_000_000, 'holdfast');

    const { body } = await transportWith().send(wire(origin, { method: 'POST', data }), patience());

    expect(hash(body as Buffer)).toBe(hash(data));
  });

  it.each([4, 6, Number.NaN])('holds a stream of 5 bytes to its length, which was said to be %d', async (length) => {
    const arrived: unknown[] = [];
    const { origin } = await answerStage(({ url }) => {
      arrived.push(url);
      return {};
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
    const { origin } = await answerStage(echo);
    const data = Readable.from(['hel', Buffer.from('lo')]);

    const answer = await transportWith().send(
      wire(origin, { method: 'POST', data, headers: { 'content-length': '5' } }),
      patience(),
    );

    expect(String(answer.body)).toBe('hello');
  });

  it('sends credentials that stand in the URL', async () => {
    const { origin } = await answerStage(({ headers }) => ({ body: headers.authorization }));

    const { body } = await transportWith().send(wire(origin.replace('//', '//ann:p%40ss@')), patience());

    expect(String(body)).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
  });
});

function hash(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}
