import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib';
import { AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';
import { NetworkError, ReadTimeoutError } from '../../../src/http/errors/index.js';
import { undiciAdapter } from '../../../src/http/undici/index.js';
import type { WireRequest } from '../../../src/http/wire.js';
import { answerStage, failure, onCleanup, patience, tcpStage, transportWith, until, wire } from './stage.js';
import { holdThreads } from './thread-pool.js';

const none = Number.POSITIVE_INFINITY;
const read = 100;

/** With a limit for silence that only a manual clock can reach: no machine is so slow. */
function limited(url: string, streaming: boolean, limit = read): WireRequest {
  return wire(url, { streaming, limits: { pool: none, connect: none, write: none, read: limit } });
}

/** A text in two pieces, so that the first can be decompressed before the second is there. */
async function packedInTwo(): Promise<[Buffer, Buffer]> {
  const gzip = createGzip();
  gzip.write('first');
  await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
  const first: Buffer = gzip.read();
  gzip.end(' last');
  return [first, Buffer.concat(await gzip.toArray())];
}

/** A server that sends the first piece and leaves the rest to the test, and a client that can be asked what it has received. */
async function halfway(encoding = 'gzip', pieces?: [Buffer, Buffer]) {
  const [first, rest] = pieces ?? (await packedInTwo());
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${first.length + rest.length}\r\n\r\n`;
  const begin = Buffer.concat([Buffer.from(head), first]);
  const stage = await tcpStage((socket) => socket.once('data', () => socket.write(begin)));
  const httpAgent = new Agent();
  onCleanup(() => httpAgent.destroy());
  let socket: Socket | undefined;
  const bytesRead = () => {
    socket ??= Object.values(httpAgent.sockets).flat()[0];
    return socket?.bytesRead ?? 0;
  };
  const received = async (bytes: number) => {
    await until(() => bytesRead() >= bytes);
    await turns();
  };
  return {
    url: `http://127.0.0.1:${stage.port}`,
    transport: transportWith({ httpAgent }),
    firstArrived: () => received(begin.length),
    sendRest: async () => {
      stage.sockets[0]?.write(rest);
      await received(begin.length + rest.length);
    },
  };
}

/** All that follows from what has happened without waiting for anything outside. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Long enough, as a rule, for a thread to have done something short. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25));
}

function watched<T>(promise: Promise<T>) {
  const seen: { outcome?: 'value' | 'error'; value?: T; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(seen, { outcome: 'value', value }),
    (error) => Object.assign(seen, { outcome: 'error', error }),
  );
  return seen;
}

async function textOf(body: Readable | Buffer): Promise<string> {
  return String(Buffer.isBuffer(body) ? body : Buffer.concat(await body.toArray()));
}

const twice = async (): Promise<[Buffer, Buffer]> => {
  const packed = gzipSync(brotliCompressSync('first last'));
  return [packed.subarray(0, -1), packed.subarray(-1)];
};

describe.each([false, true])('a compressed body (streaming: %s)', (streaming) => {
  it.each([
    ['gzip', packedInTwo],
    ['br, gzip', twice],
  ])('does not count the time to decompress it as silence of the server: %s', async (encoding, pieces) => {
    const { url, transport, firstArrived, sendRest } = await halfway(encoding, await pieces());
    const release = holdThreads();
    const sending = watched(
      transport.send(limited(url, streaming), patience()).then(({ body }) => textOf(body as Readable)),
    );
    await firstArrived();

    await transport.clock.advance(10 * read);
    expect(sending.outcome).toBeUndefined();
    await sendRest();
    await transport.clock.advance(10 * read);
    expect(sending.outcome).toBeUndefined();
    await release();
    await until(() => sending.outcome);

    expect(sending).toEqual({ outcome: 'value', value: 'first last' });
    expect(transport.clock.pending).toBe(0);
  });

  it('does not either when only the second of two decoders is at work', async () => {
    const { url, transport, firstArrived } = await halfway('br, gzip', await twice());
    const release = holdThreads();
    const sending = watched(
      transport.send(limited(url, streaming), patience()).then(({ body }) => textOf(body as Readable)),
    );
    await firstArrived();
    const releaseSecond = holdThreads(); // behind what the first decoder has to do
    await release();
    await pause();

    await transport.clock.advance(10 * read);
    expect(sending.outcome).toBeUndefined();
    await releaseSecond();
    await until(() => {
      void transport.clock.advance(read);
      return sending.outcome;
    });

    expect(sending.error).toBeInstanceOf(ReadTimeoutError);
  });

  it('that stalls ends with the limit for silence', async () => {
    const { url, transport, firstArrived } = await halfway();
    const sending = watched(
      transport.send(limited(url, streaming), patience()).then(({ body }) => textOf(body as Readable)),
    );
    await firstArrived();

    await until(() => {
      void transport.clock.advance(read);
      return sending.outcome;
    });

    expect(sending.error).toBeInstanceOf(ReadTimeoutError);
    expect(transport.clock.pending).toBe(0);
  });
});

describe('a compressed body as a stream', () => {
  it('gives the server all of its time from when the client is done with what has arrived', async () => {
    const { url, transport, firstArrived } = await halfway();
    const release = holdThreads();
    const { body } = await transport.send(limited(url, true), patience());
    const chunks = (body as Readable)[Symbol.asyncIterator]();
    const first = chunks.next();
    await firstArrived();
    await transport.clock.advance(1.5 * read); // amid the time that begins anew when the alarm finds the client busy
    await release();
    expect(String((await first).value)).toBe('first');
    const next = failure(chunks.next());
    await turns();

    await transport.clock.advance(read - 1);
    expect((body as Readable).destroyed).toBe(false);
    await transport.clock.advance(1);

    expect(await next).toBeInstanceOf(ReadTimeoutError);
  });

  it('expects nothing of the server any more once all of it is there', async () => {
    const { url, transport, firstArrived, sendRest } = await halfway();
    const { body } = await transport.send(limited(url, true), patience());
    const stream = body as Readable;
    const held: { release?: () => Promise<void> } = {};
    stream.on('data', (text) => {
      if (String(text).endsWith('last')) held.release = holdThreads(); // before the decoder is told that this was the end
    });
    const ended = watched(new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject)));
    await firstArrived();
    await sendRest();
    await until(() => held.release);
    await turns();

    await transport.clock.advance(10 * read);
    expect(ended.outcome).toBeUndefined();
    await held.release?.();
    await until(() => ended.outcome);

    expect(ended.outcome).toBe('value');
    expect(transport.clock.pending).toBe(0);
  });

  it('that is all there waits for a slow reader as long as it takes', async () => {
    const swollen = Buffer.alloc(5_000_000);
    const packed = gzipSync(swollen);
    const { url, transport, firstArrived, sendRest } = await halfway('gzip', [
      packed.subarray(0, 20),
      packed.subarray(20),
    ]);
    const { body } = await transport.send(limited(url, true), patience());
    await firstArrived();
    await sendRest();
    let taken = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk, _, done) => {
        taken += chunk.length;
        void (taken < 1_000_000 ? transport.clock.advance(10 * read) : Promise.resolve()).then(() => done());
      },
    });

    await pipeline(body as Readable, slow);

    expect(taken).toBe(swollen.length);
  });
});

describe.each([false, true])('an answer by undici (streaming: %s)', (streaming) => {
  const distant = 60_000; // undici goes by the clock of the system

  it('is not called silent either while it is decompressed', async () => {
    const { origin } = await answerStage({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('packed') });
    const adapter = undiciAdapter();
    onCleanup(() => void adapter.close());
    const transport = transportWith({ adapter });
    const release = holdThreads();
    const sending = watched(
      transport.send(limited(origin, streaming, distant), patience()).then(async (answer) => {
        return { fields: answer.headers['content-encoding'], text: await textOf(answer.body as Readable) };
      }),
    );
    await until(() => transport.clock.pending === 1);
    await turns();

    await transport.clock.advance(10 * distant);
    expect(sending.outcome).toBeUndefined();
    await release();
    await until(() => sending.outcome);

    expect(sending).toEqual({ outcome: 'value', value: { fields: undefined, text: 'packed' } });
  });

  it('is a failure where it is compressed and cut short, though its message is whole', async () => {
    const { origin } = await answerStage({
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('packed').subarray(0, -12),
    });
    const adapter = undiciAdapter();
    onCleanup(() => void adapter.close());

    const sending = transportWith({ adapter }).send(limited(origin, streaming, distant), patience());
    const error = await failure(sending.then(({ body }) => textOf(body as Readable)));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toContain('cannot be decompressed: unexpected end of file');
  });
});

describe('a body that an adapter hands over as a stream', () => {
  it('ends with the error for silence when that is what the stream fails with', async () => {
    const data = new Readable({ read() {} });
    const silence = Object.assign(new Error('Body Timeout Error'), { code: 'UND_ERR_BODY_TIMEOUT' });
    const transport = transportWith({
      adapter: async (config) => ({ data, status: 200, statusText: 'OK', headers: new AxiosHeaders(), config }),
    });
    const { body } = await transport.send(limited('http://maps.test', true), patience());
    const reading = failure((body as Readable).toArray());
    data.destroy(silence);

    expect(await reading).toBeInstanceOf(ReadTimeoutError);
  });
});
