import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { discard } from '../../src/core/discard.js';
import { systemClock } from '../../src/core/index.js';
import { ManualClock, settle } from '../../src/testing/index.js';

const long = 10_000_000;

function discarded(result: unknown) {
  const clock = new ManualClock();
  const report = vi.fn();
  discard(result, clock, report);
  return { clock, report };
}

describe('a result that nobody will see', () => {
  it('is disposed, asynchronously where it can be', async () => {
    const gone: string[] = [];
    const one = { [Symbol.dispose]: () => gone.push('one') };
    const two = { [Symbol.dispose]: () => gone.push('wrong'), [Symbol.asyncDispose]: async () => gone.push('two') };
    for (const result of [one, two]) discarded(result);
    await settle();
    expect(gone).toEqual(['one', 'two']);
  });

  it('keeps its own this while it is disposed', async () => {
    class Connection {
      open = true;
      [Symbol.dispose](): void {
        this.open = false;
      }
    }
    const connection = new Connection();
    discarded(connection);
    expect(connection.open).toBe(false);
  });

  it.each([null, undefined, 5, 'text', {}, [], { body: null, data: 'text' }, () => 1])(
    '%s holds nothing',
    async (result) => {
      const { report, clock } = discarded(result);
      await settle();
      expect(report).not.toHaveBeenCalled();
      expect(clock.pending).toBe(0);
    },
  );

  it.each([
    [
      'throws',
      {
        [Symbol.dispose]: () => {
          throw new Error('stuck');
        },
      },
    ],
    ['rejects', { [Symbol.asyncDispose]: () => Promise.reject(new Error('stuck')) }],
  ])('is reported when its disposal %s', async (_how, result) => {
    const { report } = discarded(result);
    await settle();
    expect(report).toHaveBeenCalledExactlyOnceWith(new Error('stuck'));
  });
});

describe('the unread body of a result that nobody will see', () => {
  it('is read to its end', async () => {
    const response = new Response('short');
    const { clock } = discarded(response);
    await settle();
    expect(response.bodyUsed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is left alone where somebody reads it', async () => {
    const response = new Response('short');
    const reading = response.text();
    const { report } = discarded(response);
    expect(await reading).toBe('short');
    expect(report).not.toHaveBeenCalled();
  });

  it('is cut off when it is long', async () => {
    let [pulled, cancelled] = [0, false];
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 10_000;
        controller.enqueue(new Uint8Array(10_000));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const { clock } = discarded({ body });
    await vi.waitFor(() => expect(cancelled).toBe(true));
    expect(pulled).toBeLessThan(200_000);
    expect(clock.pending).toBe(0);
  });

  it('is cut off after a second when it stands still', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    });
    const stream = new PassThrough();
    const [{ clock }, { clock: other }] = [discarded({ body }), discarded({ data: stream })];
    await clock.advance(999);
    await other.advance(999);
    expect([cancelled, stream.destroyed]).toEqual([false, false]);
    await clock.advance(1);
    await other.advance(1);
    expect([cancelled, stream.destroyed]).toEqual([true, true]);
    expect([clock.pending, other.pending]).toEqual([0, 0]);
  });

  it('flows to its end as a stream of Node', async () => {
    const stream = new PassThrough();
    const { clock, report } = discarded({ data: stream });
    stream.end('short');
    await vi.waitFor(() => expect(stream.readableEnded).toBe(true));
    await vi.waitFor(() => expect(clock.pending).toBe(0));
    expect(report).not.toHaveBeenCalled();
  });

  it('is reported when it breaks', async () => {
    const stream = new PassThrough();
    const { report } = discarded({ data: stream });
    stream.destroy(new Error('broken'));
    await settle();
    expect(report).toHaveBeenCalledExactlyOnceWith(new Error('broken'));
  });
});

describe('over real HTTP', () => {
  let server: Server;
  let port: number;
  const sockets = new Set<unknown>();

  beforeAll(async () => {
    server = createServer((incoming, answer) => {
      sockets.add(incoming.socket);
      answer.end(Buffer.alloc(Number(incoming.url?.slice(1))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

  const answered = (size: number) =>
    new Promise<IncomingMessage>((resolve, reject) =>
      request({ port, host: '127.0.0.1', path: `/${size}` }, resolve)
        .on('error', reject)
        .end(),
    );

  it('frees the connection of a short body for the next request, and closes that of a long one', async () => {
    const report = vi.fn();
    const [one, two] = [await answered(1000), await answered(long)];
    for (const data of [one, two]) discard({ data }, systemClock, report);
    await vi.waitFor(() => expect([one.complete, two.destroyed]).toEqual([true, true]));
    expect(two.complete).toBe(false);
    const third = await answered(10);
    discard({ data: third }, systemClock, report);
    await vi.waitFor(() => expect(third.complete).toBe(true));
    expect(sockets.size).toBe(2);
    expect(report).not.toHaveBeenCalled();
  });
});
