import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isPermanent, isTransient } from '../../../src/core/index.js';
import { NetworkError, ResponseTooLargeError } from '../../../src/http/errors/index.js';
import type { WireAnswer } from '../../../src/http/wire.js';
import { answerStage, failure, patience, tcpStage, transportWith, until, wire } from './stage.js';

const text = Buffer.from('holdfast '.repeat(1000));
const zstd = (zlib as { zstdCompressSync?: (data: Buffer) => Buffer }).zstdCompressSync;

const compressed: [string, Buffer][] = [
  ['gzip', zlib.gzipSync(text)],
  ['x-gzip', zlib.gzipSync(text)],
  ['GZip', zlib.gzipSync(text)],
  ['deflate', zlib.deflateSync(text)],
  ['deflate', zlib.deflateRawSync(text)],
  ['br', zlib.brotliCompressSync(text)],
  ['deflate, gzip', zlib.gzipSync(zlib.deflateSync(text))],
  ['identity', text],
  ...(zstd ? [['zstd', zstd(text)] as [string, Buffer]] : []),
];

const swollen = 100_000_000;
const quick = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } };
const bombs = (['gzip', 'br', 'deflate'] as const).map((encoding): [string, Buffer] => {
  const bytes = Buffer.alloc(swollen);
  if (encoding === 'br') return [encoding, zlib.brotliCompressSync(bytes, quick)];
  return [encoding, encoding === 'gzip' ? zlib.gzipSync(bytes, { level: 1 }) : zlib.deflateSync(bytes, { level: 1 })];
});

async function bytesOf({ body }: WireAnswer): Promise<Buffer> {
  return Buffer.isBuffer(body) ? body : Buffer.concat(await (body as Readable).toArray());
}

async function* endless() {
  for (;;) {
    yield Buffer.alloc(1000);
    await turn();
  }
}

function serving(body: Buffer, fields: Record<string, string> = {}) {
  return answerStage({ headers: { 'content-type': undefined, ...fields }, body });
}

describe.each([false, true])('a compressed body (streaming: %s)', (streaming) => {
  it.each(compressed)('is decompressed from %s', async (encoding, bytes) => {
    const stage = await serving(bytes, { 'content-encoding': encoding });
    const transport = transportWith();

    for (let count = 0; count < 2; count++) {
      const answer = await transport.send(wire(stage.origin, { streaming }), patience());
      expect(await bytesOf(answer)).toEqual(text);
      if (encoding === 'identity') continue;
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(answer.headers['content-length']).toBeUndefined();
    }
    expect(stage.accepted).toBe(1);
    expect(transport.clock.pending).toBe(0);
  });

  it('may be empty', async () => {
    const { origin } = await answerStage(() => ({ headers: { 'content-encoding': 'gzip' }, body: Readable.from([]) }));

    expect(await bytesOf(await transportWith().send(wire(origin, { streaming }), patience()))).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['corrupt', Buffer.concat([zlib.gzipSync(text).subarray(0, 40), Buffer.alloc(40)]), 'gzip'],
    ['cut short, though its message is whole', zlib.gzipSync(text).subarray(0, 40), 'gzip'],
    ['another encoding', Buffer.from('{"plain":true}'), 'gzip'],
    ['corrupt', Buffer.from('{"plain":true}'), 'br'],
  ])('that is %s is a transient failure that says so', async (_, bytes, encoding) => {
    const { origin } = await serving(bytes, { 'content-encoding': encoding });

    const error = await failure(transportWith().send(wire(origin, { streaming }), patience()).then(bytesOf));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('the body of the answer cannot be decompressed: ');
    expect(error.sent).toBe(true);
    expect(isTransient(error)).toBe(true);
  });

  it('stays as it is in an encoding that nobody knows', async () => {
    const { origin } = await serving(text, { 'content-encoding': 'gzip, rot13' });

    const answer = await transportWith().send(wire(origin, { streaming }), patience());

    expect(answer.headers['content-encoding']).toBe('gzip, rot13');
    expect(await bytesOf(answer)).toEqual(text);
  });

  it('may be compressed a few times, but not as often as it would take to use up the memory', async () => {
    const twice = (bytes: Buffer, times: number): Buffer =>
      times === 0 ? bytes : twice(zlib.gzipSync(bytes), times - 1);
    const coded = (times: number) => ({ 'content-encoding': Array(times).fill('gzip').join(',') });
    const few = await serving(twice(text, 5), coded(5));
    const many = await serving(twice(text, 6), coded(6));

    const answer = await transportWith().send(wire(few.origin, { streaming }), patience());
    const error = await failure(transportWith().send(wire(many.origin, { streaming }), patience()));

    expect(await bytesOf(answer)).toEqual(text);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('compressed 6 times');
    await until(() => many.open === 0);
  });

  it('stays as it is when that is asked for', async () => {
    const { origin } = await serving(zlib.gzipSync(text), { 'content-encoding': 'gzip' });

    const answer = await transportWith({ decompress: false }).send(wire(origin, { streaming }), patience());

    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(await bytesOf(answer)).toEqual(zlib.gzipSync(text));
  });
});

describe.each([false, true])('a body that is too large (streaming: %s)', (streaming) => {
  it('is refused by what its head says, before it is read', async () => {
    const { port, sockets } = await tcpStage((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n')),
    );

    const error = await failure(
      transportWith().send(wire(`http://127.0.0.1:${port}`, { maxBytes: 100, streaming }), patience()),
    );

    expect(error).toBeInstanceOf(ResponseTooLargeError);
    expect(error.maxBytes).toBe(100);
    expect(isPermanent(error)).toBe(true);
    await until(() => sockets[0]?.destroyed);
  });

  it('is refused as soon as it is, when its head does not say so', async () => {
    const stage = await answerStage(() => ({ body: endless() }));
    const transport = transportWith();

    const error = await failure(
      transport.send(wire(stage.origin, { maxBytes: 5000, streaming }), patience()).then(bytesOf),
    );

    expect(error).toBeInstanceOf(ResponseTooLargeError);
    expect(transport.clock.pending).toBe(0);
    await until(() => stage.open === 0);
  });

  it('may have as many bytes as allowed', async () => {
    const { origin } = await serving(Buffer.alloc(5000));

    expect(
      await bytesOf(await transportWith().send(wire(origin, { maxBytes: 5000, streaming }), patience())),
    ).toHaveLength(5000);
    const error = await failure(
      transportWith()
        .send(wire(origin, { maxBytes: 4999, streaming }), patience())
        .then(bytesOf),
    );
    expect(error).toBeInstanceOf(ResponseTooLargeError);
  });

  it.each(bombs)('is refused while it swells: %s', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(1_000_000);
    const stage = await serving(bomb, { 'content-encoding': encoding });
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 1);

    const error = await failure(
      transportWith()
        .send(wire(stage.origin, { maxBytes: 1_000_000, streaming }), patience())
        .then(bytesOf),
    );
    clearInterval(watch);

    expect(error).toBeInstanceOf(ResponseTooLargeError);
    expect(most).toBeLessThan(swollen / 2);
    await until(() => stage.open === 0);
  });
});
