import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NetworkError, ReadTimeoutError } from '../../../src/http/errors/index.js';
import type { WireRequest } from '../../../src/http/wire.js';
import { answerStage, failure, httpStage, never, patience, tcpStage, transportWith, until, wire } from './stage.js';

const none = Number.POSITIVE_INFINITY;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25));
}

function streaming(url: string, read = none): WireRequest {
  return wire(url, { streaming: true, limits: { pool: none, connect: none, write: none, read } });
}

/** A server whose answer the test goes on with, byte by byte. */
async function dripping(head = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab') {
  const stage = await tcpStage((socket) => socket.once('data', () => socket.write(head)));
  return { ...stage, url: `http://127.0.0.1:${stage.port}` };
}

async function bodyOf(transport: ReturnType<typeof transportWith>, request: WireRequest, attempt = patience()) {
  const { body } = await transport.send(request, attempt);
  attempt.release();
  return body as Readable;
}

describe('the body of an answer as a stream', () => {
  it('is there before its end is, and gives the connection back at its end', async () => {
    const { url, sockets } = await dripping();
    const transport = transportWith();
    const body = await bodyOf(transport, streaming(url));
    const chunks = body[Symbol.asyncIterator]();

    expect(String((await chunks.next()).value)).toBe('ab');
    expect(transport.stats()).toMatchObject({ busy: 1, idle: 0 });
    sockets[0]?.write('cdefghij');
    expect(String((await chunks.next()).value)).toBe('cdefghij');
    expect((await chunks.next()).done).toBe(true);

    await until(() => transport.stats().idle === 1);
    expect(transport.clock.pending).toBe(0);
  });

  it('comes decompressed as soon as it comes', async () => {
    const gzip = createGzip();
    const { origin } = await answerStage(() => {
      gzip.write('first');
      gzip.flush();
      return { headers: { 'content-encoding': 'gzip' }, body: gzip };
    });
    const chunks = (await bodyOf(transportWith(), streaming(origin)))[Symbol.asyncIterator]();

    expect(String((await chunks.next()).value)).toBe('first');
    gzip.end('last');
    expect(String((await chunks.next()).value)).toBe('last');
  });

  it('takes no more from the server than somebody reads', async () => {
    let written = 0;
    const { origin } = await answerStage(() => ({
      body: new Readable({
        read() {
          written += 65_536;
          this.push(Buffer.alloc(65_536));
        },
      }),
    }));
    const body = await bodyOf(transportWith(), streaming(origin));
    body.once('data', () => body.pause());
    for (let last = -1; last !== written; await pause()) last = written;

    expect(written).toBeLessThan(30_000_000); // what fits in the buffers of the system
    body.destroy();
  });

  it('ends with an error when the server is silent for too long while somebody waits', async () => {
    const { url, sockets } = await dripping();
    const transport = transportWith();
    const body = await bodyOf(transport, streaming(url, 100));
    const reading = failure(body.toArray());
    await pause();

    await transport.clock.advance(99);
    expect(body.destroyed).toBe(false);
    await transport.clock.advance(1);

    expect(await reading).toBeInstanceOf(ReadTimeoutError);
    await until(() => sockets[0]?.destroyed);
    expect(transport.clock.pending).toBe(0);
  });

  it('does not blame the server while nobody reads, and holds no alarm', async () => {
    const { url, sockets } = await dripping();
    const transport = transportWith();
    const body = await bodyOf(transport, streaming(url, 100));

    expect(transport.clock.pending).toBe(0);
    await transport.clock.advance(10_000);
    const reading = body.toArray();
    await pause();
    await transport.clock.advance(90);
    sockets[0]?.write('cdefghij');

    expect(String(Buffer.concat(await reading))).toBe('abcdefghij');
  });

  it('does not blame the server for a reader who has enough for now', async () => {
    const { origin } = await answerStage({ body: Buffer.alloc(3_000_000) });
    const transport = transportWith();
    const body = await bodyOf(transport, streaming(origin, 100));
    let read = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk, _, done) => {
        read += chunk.length;
        void (read < 500_000 ? transport.clock.advance(1000) : Promise.resolve()).then(() => done());
      },
    });

    await pipeline(body, slow);

    expect(read).toBe(3_000_000);
  });

  it.each([
    ['by its length', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab'],
    ['by its chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'],
    ['between its chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n'],
  ])('that is cut short %s never just ends', async (_, head) => {
    const { url, sockets } = await dripping(head);
    const transport = transportWith();
    const body = await bodyOf(transport, streaming(url));
    const reading = failure(body.toArray());
    await pause();
    sockets[0]?.end();

    const error = await reading;

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'ECONNRESET', sent: true });
    expect(error.message).toContain('the answer broke off');
    expect(transport.clock.pending).toBe(0);
  });

  it('that breaks before anybody reads it keeps its error for who does', async () => {
    const { url, sockets } = await dripping();
    const body = await bodyOf(transportWith(), streaming(url));
    sockets[0]?.resetAndDestroy();
    await until(() => body.destroyed);

    expect(await failure(body.toArray())).toMatchObject({ name: 'NetworkError', code: 'ECONNRESET' });
  });

  it('can be given up, and its connection with it', async () => {
    const { url, sockets } = await dripping();
    const transport = transportWith();
    const body = await bodyOf(transport, streaming(url, 100));
    body.resume();
    await pause();
    sockets[0]?.resume();

    body.destroy();

    await until(() => sockets[0]?.destroyed);
    expect(transport.clock.pending).toBe(0);
    expect(transport.stats()).toMatchObject({ busy: 0, idle: 0 });
  });

  it('ends with the patience of its request, until that is let go', async () => {
    const { url } = await dripping();
    const attempt = patience();
    const { body } = await transportWith().send(streaming(url), attempt);
    const reading = failure((body as Readable).toArray());
    attempt.end('a reason that is no error');

    expect(await reading).toMatchObject({ message: 'a reason that is no error', cause: 'a reason that is no error' });
  });
});

describe('a stream that is sent', () => {
  it('is asked for no more than the server takes', async () => {
    const { port } = await tcpStage((socket) => socket.pause());
    let asked = 0;
    const data = new Readable({
      read() {
        asked += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    const attempt = patience();
    const sending = failure(transportWith().send(wire(`http://127.0.0.1:${port}`, { method: 'POST', data }), attempt));
    await until(() => attempt.sent);
    for (let last = -1; last !== asked; await pause()) last = asked;

    expect(asked).toBeLessThan(30_000_000);
    attempt.end(new Error('enough'));
    await sending;
    expect(data.destroyed).toBe(true);
  });

  it('fails with its own error', async () => {
    const stage = await answerStage(never);
    const data = new PassThrough();
    const attempt = patience();
    const sending = failure(transportWith().send(wire(stage.origin, { method: 'POST', data }), attempt));
    data.write('begin');
    await until(() => attempt.sent);
    const own = new Error('the disk is gone');
    data.destroy(own);

    expect(await sending).toBe(own);
    await until(() => stage.open === 0);
    expect(stage.accepted).toBe(1);
  });

  it('fails when it is closed before its end', async () => {
    const stage = await answerStage(never);
    const data = new PassThrough();
    const attempt = patience();
    const sending = failure(transportWith().send(wire(stage.origin, { method: 'POST', data }), attempt));
    data.write('begin');
    await until(() => attempt.sent);
    data.destroy();

    const error = await sending;
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('the stream of its body was closed before its end');
    await until(() => stage.open === 0);
    expect(stage.accepted).toBe(1);
  });

  it('is not asked for more once the answer is there, nor left open', async () => {
    const { origin, sockets } = await httpStage((_, response) => response.writeHead(413).end('too much'));
    const transport = transportWith();
    const data = new Readable({
      read() {
        setImmediate(() => this.push(Buffer.alloc(1000)));
      },
    });

    const { status, body } = await transport.send(wire(origin, { method: 'POST', data }), patience());

    expect([status, String(body)]).toEqual([413, 'too much']);
    expect(data.destroyed).toBe(true);
    await until(() => sockets[0]?.destroyed);
    expect(transport.stats()).toMatchObject({ busy: 0, idle: 0 });
  });

  it('and what is large is written no further than the server has read when it answers', async () => {
    const { port, sockets } = await tcpStage((socket) => {
      socket.pause();
      socket.write('HTTP/1.1 413 No\r\ncontent-length: 0\r\n\r\n');
    });
    const transport = transportWith();
    const request = wire(`http://127.0.0.1:${port}`, { method: 'POST', data: Buffer.alloc(64_000_000) });

    expect(await transport.send(request, patience())).toMatchObject({ status: 413 });

    await until(() => transport.stats().busy === 0);
    sockets[0]?.resume();
    await until(() => sockets[0]?.destroyed);
    expect(sockets[0]?.bytesRead).toBeLessThan(30_000_000);
  });

  it('is closed when patience ends before anything is sent', async () => {
    const data = Readable.from([Buffer.from('a')]);
    const attempt = patience();
    attempt.end(new Error('enough'));

    expect((await failure(transportWith().send(wire('http://maps.test', { data }), attempt))).message).toBe('enough');
    expect(data.destroyed).toBe(true);
  });

  it.each(['http://127.0.0.1:1', 'http://maps.invalid'])('is closed when nobody takes it: %s', async (url) => {
    const data = Readable.from([Buffer.from('a')]);

    await failure(transportWith().send(wire(url, { method: 'POST', data }), patience()));

    expect(data.destroyed).toBe(true);
  });
});
