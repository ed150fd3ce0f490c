import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { RestClient, type RestClientOptions } from '../../src/http/index.js';
import { currentCall, protect, Runtime } from '../../src/runtime/index.js';

const size = 5_000_000;
let server: FaultServer;
const clients: RestClient[] = [];
beforeEach(async () => {
  server = await startFaultServer();
  server.fail([
    { route: '/items/late', status: 503, count: 1 },
    { route: '/items/gone', status: 404, body: { why: 'gone' } },
    { route: '/items/slow', kind: 'hang', at: 'body' },
    { route: '/items/torn', kind: 'truncate' },
    { route: '/items/chunks', kind: 'huge', bytes: size, framing: 'chunked' },
    { route: '/items', kind: 'huge', bytes: size },
  ]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});

function clientOf(options: RestClientOptions = {}): RestClient {
  const own = new RestClient({
    baseURL: server.url,
    runtime: new Runtime(),
    retry: { delay: 1, budget: false },
    ...options,
  });
  clients.push(own);
  return own;
}

describe('a response that is a stream', () => {
  it('HT8: is complete although it is read long after its request was done, whatever the time in all', async () => {
    const client = clientOf({ timeout: { total: 500, attempt: 500 } });
    const { data, status } = await client.stream('GET', '/items/1');
    await new Promise((resolve) => setTimeout(resolve, 600));

    expect(status).toBe(200);
    expect((await buffer(data)).length).toBe(size);
  });

  it('is repeated until its head is there', async () => {
    expect((await buffer((await clientOf().stream('GET', '/items/late')).data)).length).toBe(size);
    expect(server.journal.seen).toBe(2);
  });

  it('of an error status becomes an error with its body', async () => {
    await expect(clientOf().stream('GET', '/items/gone')).rejects.toMatchObject({ status: 404, body: { why: 'gone' } });
  });

  it('ends with an error when the answer breaks off, and not as if it were complete', async () => {
    const { data } = await clientOf().stream('GET', '/items/torn');

    await expect(buffer(data)).rejects.toMatchObject({ name: 'NetworkError', code: 'ECONNRESET' });
  });

  it('ends when nothing arrives for too long', async () => {
    const { data } = await clientOf({ timeout: { read: 80 } }).stream('GET', '/items/slow');

    await expect(buffer(data)).rejects.toMatchObject({ name: 'ReadTimeoutError', phase: 'read', timeout: 80 });
  });

  it('ends when its caller leaves', async () => {
    const controller = new AbortController();
    const { data } = await clientOf().stream('GET', '/items/slow', { signal: controller.signal });
    const ended = expect(buffer(data)).rejects.toThrow('enough');
    controller.abort(new Error('enough'));

    await ended;
  });

  it('ends with the attempt of the method that reads it', async () => {
    const client = clientOf();
    let read: Promise<unknown> | undefined;
    const method = protect(
      async () => {
        const { data } = await client.stream('GET', '/items/slow');
        read = buffer(data);
        return read;
      },
      { timeout: 200 },
    );

    await expect(method()).rejects.toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'attempt' });
    await expect(read).rejects.toMatchObject({ code: 'HOLDFAST_TIMEOUT' });
  });

  it('is not ended by an attempt that is over because it succeeded', async () => {
    const client = clientOf();
    const open = protect(
      async () => client.stream('GET', '/items/1', { signal: currentCall()?.signal as AbortSignal }),
      {
        timeout: '5s',
      },
    );
    const { data } = await open();

    expect((await buffer(data)).length).toBe(size);
  });

  it('ends when the client is closed', async () => {
    const client = clientOf();
    const { data } = await client.stream('GET', '/items/slow');
    const failed = once(data, 'error');
    client.close();

    expect(await failed).toMatchObject([{ code: 'HTTP_CLIENT_CLOSED' }]);
  });

  it('stops at as many bytes as its request allows', async () => {
    const known = clientOf().stream('GET', '/items/1', { maxBytes: 1000 });
    await expect(known).rejects.toMatchObject({ code: 'HTTP_RESPONSE_TOO_LARGE', maxBytes: 1000 });
    const { data } = await clientOf().stream('GET', '/items/chunks', { maxBytes: 4 });

    await expect(buffer(data)).rejects.toMatchObject({ code: 'HTTP_RESPONSE_TOO_LARGE', maxBytes: 4 });
  });

  it('leaves no connection behind once it is destroyed', async () => {
    const { data } = await clientOf().stream('GET', '/items/slow');
    data.destroy();

    await vi.waitFor(() => expect(server.stats.connections.open).toBe(0));
  });
});

it('a body beyond maxBytes is refused, also where it is not read as a stream', async () => {
  await expect(clientOf({ maxBytes: 1000 }).get('/items/1')).rejects.toMatchObject({ code: 'HTTP_RESPONSE_TOO_LARGE' });
  expect(server.journal.seen).toBe(1);
});
