import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isPermanent, isTransient } from '../../../src/core/index.js';
import type { Fault } from '../../../src/fault-server/index.js';
import { NetworkError } from '../../../src/http/errors/index.js';
import { answerStage, failure, httpStage, overTls, patience, tcpStage, transportWith, until, wire } from './stage.js';

const credentials = { authorization: 'Bearer hush-hush', cookie: 'sid=hush-hush', 'x-api-key': 'hush-hush' };

function answering(bytes: string) {
  return tcpStage((socket) => socket.once('data', () => socket.end(Buffer.from(bytes, 'latin1'))));
}

async function errorFor(url: string, attempt = patience(), settings = {}) {
  const error = await failure(transportWith(settings).send(wire(url, { headers: credentials }), attempt));
  expect(error).toBeInstanceOf(NetworkError);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hush-hush');
  expect(JSON.stringify([error, error.cause], (_, value) => value)).not.toContain('hush-hush');
  return error;
}

describe('what never left', () => {
  it.each([
    ['http://127.0.0.1:1', 'ECONNREFUSED', undefined],
    ['http://maps.invalid', 'ENOTFOUND', 'ENOTFOUND'],
    ['http://maps.invalid', 'EAI_AGAIN', 'EAI_AGAIN'],
  ])('is told of as not sent: %s, %s', async (url, code, dns) => {
    const lookup = (_: string, __: object, done: (error: Error) => void) =>
      done(Object.assign(new Error(`getaddrinfo ${dns}`), { code: dns }));
    const attempt = patience();

    const error = await errorFor(url, attempt, dns && { lookup });

    expect(error).toMatchObject({ code, sent: false, service: 'maps', url: 'http://maps.test/shown' });
    expect(error.cause).toMatchObject({ code });
    expect(isTransient(error)).toBe(true);
    expect(attempt.sent).toBe(false);
  });

  it('is what a certificate kept back, for good', async () => {
    let asked = 0;
    const { origin } = await answerStage(() => {
      asked++;
      return {};
    }, overTls);

    const error = await errorFor(origin);

    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false });
    expect(isPermanent(error)).toBe(true);
    expect(asked).toBe(0);
  });

  it('is what a server that speaks no TLS was not told', async () => {
    const { port } = await answering('HTTP/1.1 400 Bad Request\r\n\r\n');

    const error = await errorFor(`https://127.0.0.1:${port}`);

    expect(error.sent).toBe(false);
    expect(isPermanent(error)).toBe(true);
  });
});

describe('what may have arrived', () => {
  it.each<[string, Fault]>([
    ['closes the connection', { kind: 'truncate', at: 'start' }],
    ['resets it', { kind: 'reset' }],
  ])('is told of as sent when the server %s', async (_, fault) => {
    const { origin, server } = await answerStage({});
    server.fail(fault);
    const attempt = patience();

    const error = await errorFor(origin, attempt);

    expect(error).toMatchObject({ code: 'ECONNRESET', sent: true });
    expect(isTransient(error)).toBe(true);
    expect(attempt.sent).toBe(true);
  });

  it('is told of as sent when the server closes an idle connection just then', async () => {
    const { origin, sockets } = await httpStage((_, response) => response.end('ok'));
    const transport = transportWith();
    await transport.send(wire(origin), patience());
    await until(() => transport.stats().idle === 1);
    const attempt = patience();

    sockets[0]?.removeAllListeners('data').on('data', () => sockets[0]?.resetAndDestroy());
    const error = await failure(transport.send(wire(origin), attempt));

    expect(error).toMatchObject({ code: 'ECONNRESET', sent: true });
    expect(attempt.sent).toBe(true);
    expect(await transport.send(wire(origin), patience())).toMatchObject({ status: 200 });
  });

  it('is an answer that breaks off', async () => {
    const { port } = await answering('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab');

    const error = await errorFor(`http://127.0.0.1:${port}`);

    expect(error).toMatchObject({ code: 'ECONNRESET', sent: true });
    expect(error.message).toContain('the answer broke off');
  });

  it.each([
    ['no HTTP at all', 'hello hush-hush\r\n\r\n', /^HPE_/],
    ['two lengths that differ', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', /^HPE_/],
    ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\nx: hush-hush\r\n\r\n', /^HPE_/],
    ['a chunk that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n', /^HPE_|ECONNRESET/],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'hush-hush'.repeat(3000)}\r\n\r\n`, /^HPE_HEADER_OVERFLOW$/],
  ])('is answered with %s, which the error does not quote', async (_, bytes, code) => {
    const { port } = await answering(bytes);

    const error = await errorFor(`http://127.0.0.1:${port}`);

    expect(error.code).toMatch(code);
    expect(error.sent).toBe(true);
    expect(error.cause).not.toHaveProperty('rawPacket');
  });

  it('may have a longer head where that is allowed', async () => {
    const { port } = await answering(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(30_000)}\r\n\r\n`);

    const { headers } = await transportWith({ maxHeaderSize: 65_536 }).send(
      wire(`http://127.0.0.1:${port}`),
      patience(),
    );

    expect(headers.x).toHaveLength(30_000);
  });

  it('is no HTTP any more', async () => {
    const { port } = await answering('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');

    const error = await errorFor(`http://127.0.0.1:${port}`);

    expect(error.message).toContain('the server switched to another protocol');
    expect(error.sent).toBe(true);
  });
});
