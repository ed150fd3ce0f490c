import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { markPermanent } from '../../src/core/index.js';
import { GraphQLClient, type GraphQLClientOptions, type WebSocketOptions } from '../../src/graphql/index.js';
import { type SocketClass, Sockets } from '../../src/graphql/subscriptions/socket.js';
import { RestClient } from '../../src/http/index.js';
import { type GraphQLServer, startGraphQLServer } from './server/graphql-server.js';

let server: GraphQLServer;
const clients: GraphQLClient[] = [];
beforeEach(async () => {
  server = await startGraphQLServer();
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.close();
  await server.close();
});

function made(
  webSocket: WebSocketOptions = {},
  more: object = {},
  options: Partial<GraphQLClientOptions> = {},
): GraphQLClient {
  const created = new GraphQLClient({
    ...{ url: server.url, webSocket: { impl: WebSocket, ...webSocket } },
    subscriptions: { delay: 5, maxDelay: 20, maxAttempts: 3, ...more },
    ...options,
  });
  clients.push(created);
  return created;
}

const ticks = 'subscription Ticks { ticks }';
const listeners = () => expect.poll(() => server.world.ticks.size);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function failureOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.fail('it was expected to reject'),
    (error) => error,
  );
}

describe('the WebSocket of a client', () => {
  it('is shared by all subscriptions, and closed after the last', async () => {
    const client = made();
    const subscriptions = [1, 2, 3].map(() => client.subscribe(ticks));
    const waiting = subscriptions.map((each) => each.next());
    await listeners().toBe(3);
    expect(server.sockets.size).toBe(1);
    server.tick(5);
    await Promise.all(waiting);

    await Promise.all(subscriptions.slice(1).map((each) => each.return()));
    await wait(20);
    expect(server.sockets.size).toBe(1);
    await subscriptions[0]?.return();
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('is opened again for a subscription that comes after the last', async () => {
    const client = made();
    const onReconnect = vi.fn();
    const first = client.subscribe(ticks);
    const waiting = first.next();
    await listeners().toBe(1);
    await first.return();
    const second = client.subscribe(ticks, {}, { onReconnect });
    const next = second.next();
    await expect.poll(() => server.params.length).toBe(2);
    await listeners().toBe(1);
    server.tick(3);

    expect((await next).value?.data).toEqual({ ticks: 3 });
    expect(onReconnect).not.toHaveBeenCalled();
    await second.return();
    await waiting;
  });

  it('is told who it is by parameters, which are asked for anew each time', async () => {
    let token = 0;
    const client = made({ connectionParams: async () => ({ token: ++token }) });
    const subscription = client.subscribe(ticks);
    const waiting = subscription.next();
    await listeners().toBe(1);
    server.closeSockets(4500, 'mishap');
    await expect.poll(() => server.params.length).toBe(2);

    expect(server.params).toEqual([{ token: 1 }, { token: 2 }]);
    await subscription.return();
    await waiting;
  });

  it('tells why there are no parameters', async () => {
    const cause = new Error('no token today');
    const client = made({
      connectionParams: () => {
        throw cause;
      },
    });
    const error = await failureOf(client.subscribe(ticks).next());

    expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_LOST' });
    expect(error.cause.cause).toBe(cause);
  });

  it.each([
    ['whose code is a number', new DOMException('too slow', 'TimeoutError')],
    ['without a code', new Error('no token yet')],
  ])('comes back when there are no parameters for a moment: an error %s', async (_, failure) => {
    let asked = 0;
    const onReconnect = vi.fn();
    const connectionParams = async () => {
      if (asked++ === 0) throw failure;
      return { token: asked };
    };
    const client = made({ connectionParams }, { delay: 1, maxDelay: 1 });
    const subscription = client.subscribe('subscription { count(to: 1) }', {}, { onReconnect });

    expect((await subscription.next()).value?.data).toEqual({ count: 1 });
    expect(onReconnect).toHaveBeenCalledExactlyOnceWith({
      failures: 1,
      error: expect.objectContaining({ code: 'GRAPHQL_SUBSCRIPTION_LOST', closeCode: undefined, cause: failure }),
    });
    expect(server.params).toEqual([{ token: 2 }]);
    expect((await subscription.next()).done).toBe(true);
  });

  it('does not take the late end of a socket that it has given up for that of the next', async () => {
    const slow: Socket[] = [];
    const connectionParams = () => {
      if (slow.length > 0) return {};
      slow.push(...server.sockets);
      for (const socket of slow) socket.pause(); // its end is heard when it goes on
      throw new Error('no token yet');
    };
    const client = made({ connectionParams }, { delay: 1, maxDelay: 1 });
    const onReconnect = vi.fn();
    const subscription = client.subscribe(ticks, {}, { onReconnect });
    const waiting = subscription.next();
    await listeners().toBe(1);
    for (const socket of slow) socket.resume();
    await expect.poll(() => server.sockets.size).toBe(1);
    server.tick(7);

    expect((await waiting).value?.data).toEqual({ ticks: 7 });
    expect(onReconnect).toHaveBeenCalledOnce();
    await subscription.return();
  });

  it('is told to be heard again when it is, not before', async () => {
    const broken = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    let connections = 0;
    broken.on('connection', (socket) => {
      const connection = ++connections;
      socket.on('message', (data) => {
        const { type, id } = JSON.parse(String(data));
        if (connection === 2) return socket.close(1013);
        if (type === 'connection_init') return socket.send('{"type":"connection_ack"}');
        const result = JSON.stringify({ id, type: 'next', payload: { data: { ticks: 7 } } });
        socket.send(connection === 1 ? 'this is no message' : result);
      });
    });
    const onReconnect = vi.fn();
    const url = `ws://127.0.0.1:${await portOf(broken)}/`;
    const subscription = made({ url }).subscribe(ticks, {}, { onReconnect });

    expect((await subscription.next()).value?.data).toEqual({ ticks: 7 });
    expect(onReconnect.mock.calls).toMatchObject([[{ failures: 2, error: { closeCode: 1013 } }]]);
    await subscription.return();
    broken.close();
  });

  it('does not come back when there will be no parameters', async () => {
    const connectionParams = vi.fn(() => {
      throw markPermanent(new Error('the key was revoked'));
    });
    const error = await failureOf(made({ connectionParams }).subscribe(ticks).next());

    expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_REFUSED' });
    expect(error.message).toContain('could not be connected: the key was revoked');
    expect(connectionParams).toHaveBeenCalledOnce();
  });

  it.each([4004, 4005, 4400, 4401, 4403, 4404, 4406, 4409, 4429, 1002, 1008, 1009])(
    'is not opened again after %i',
    async (code) => {
      const waiting = failureOf(made().subscribe(ticks).next());
      await listeners().toBe(1);
      server.closeSockets(code, 'no more');

      const error = await waiting;
      expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_REFUSED', closeCode: code });
      expect(error.message).toBe(
        `SUBSCRIBE ${server.url.replace('http', 'ws')} (subscription Ticks) was closed with ${code} (no more)`,
      );
      expect(server.params).toHaveLength(1);
    },
  );

  it.each([1000, 1001, 1011, 1012, 1013, 4408, 4499, 4500, 4999])('is opened again after %i', async (code) => {
    const onReconnect = vi.fn();
    const subscription = made().subscribe(ticks, {}, { onReconnect });
    const waiting = subscription.next();
    await listeners().toBe(1);
    server.closeSockets(code);
    await expect.poll(() => onReconnect.mock.calls.length).toBe(1);

    expect(onReconnect.mock.calls[0]?.[0].error).toMatchObject({ closeCode: code });
    await subscription.return();
    await waiting;
  });

  it('is not opened without end for a server that closes it each time, however politely', async () => {
    const polite = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    let connections = 0;
    polite.on('connection', (socket) => {
      connections++;
      socket.on('message', () => socket.close(1000));
    });
    const port = await portOf(polite);
    const error = await failureOf(
      made({ url: `ws://127.0.0.1:${port}/` })
        .subscribe(ticks)
        .next(),
    );

    expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_LOST', closeCode: 1000 });
    expect(connections).toBe(3);
    polite.close();
  });

  it('is refused by a server for good', async () => {
    server.onConnect = () => false;
    const error = await failureOf(made().subscribe(ticks).next());

    expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_REFUSED', closeCode: 4403 });
  });

  it.each([
    [404, 'REFUSED', 1],
    [429, 'LOST', 3],
    [503, 'LOST', 3],
  ])('is met with %i: %s', async (status, end, attempts) => {
    let asked = 0;
    const plain = createServer((socket) => {
      asked++;
      socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`));
    });
    const url = await listening(plain);
    const error = await failureOf(made({ url }).subscribe(ticks).next());

    expect(error.code).toBe(`GRAPHQL_SUBSCRIPTION_${end}`);
    expect(asked).toBe(attempts);
    plain.close();
  });

  it('is given up when it does not come about in time, without a trace', async () => {
    const mute = createServer(() => undefined);
    const open = new Set<unknown>();
    mute.on('connection', (socket) => {
      open.add(socket);
      socket
        .resume()
        .on('error', () => undefined)
        .once('close', () => open.delete(socket));
    });
    const url = await listening(mute);
    const error = await failureOf(made({ url, timeout: 40 }, { maxAttempts: 2 }).subscribe(ticks).next());

    expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_LOST', closeCode: 4499 });
    await expect.poll(() => open.size).toBe(0);
    mute.close();
  });

  it('is given up when a ping has no answer', async () => {
    const deaf = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
    deaf.on('connection', (socket) => {
      socket.on('message', (data) => {
        if (String(data).includes('connection_init')) socket.send('{"type":"connection_ack"}');
      });
    });
    const port = await portOf(deaf);
    const onReconnect = vi.fn();
    const subscription = made({ url: `ws://127.0.0.1:${port}/`, keepAlive: 20, timeout: 30 }).subscribe(
      ticks,
      {},
      { onReconnect },
    );
    const waiting = subscription.next();
    await expect.poll(() => onReconnect.mock.calls.length).toBeGreaterThan(0);

    expect(onReconnect.mock.calls[0]?.[0].error).toMatchObject({ closeCode: 4499 });
    await subscription.return();
    await waiting;
    deaf.close();
    for (const socket of deaf.clients) socket.terminate();
  });

  it('stays open while pings are answered', async () => {
    const onReconnect = vi.fn();
    const subscription = made({ keepAlive: 100, timeout: 60 }).subscribe(ticks, {}, { onReconnect });
    const waiting = subscription.next();
    await listeners().toBe(1);
    await wait(300);
    server.tick(1);

    expect((await waiting).value?.data).toEqual({ ticks: 1 });
    expect(onReconnect).not.toHaveBeenCalled();
    await subscription.return();
  });

  it('holds so many results for a reader who is slow, gives them, and ends', async () => {
    const subscription = made({}, { maxBuffered: 3 }).subscribe<{ ticks: number }>(ticks);
    const first = subscription.next();
    await listeners().toBe(1);
    server.tick(1);
    await first;
    for (let i = 2; i <= 9; i++) server.tick(i);
    await listeners().toBe(0);

    const values: unknown[] = [];
    for (let i = 0; i < 3; i++) values.push((await subscription.next()).value?.data?.ticks);
    expect(values).toEqual([2, 3, 4]);
    const error = await failureOf(subscription.next());
    expect(error).toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_OVERFLOW' });
    expect(error.message).toContain('was ended: 3 results waited for their reader, and one more came');
  });

  it('shows nothing of its URL that could be a secret', async () => {
    const url = `${server.url.replace('http', 'ws')}?token=hunter2`;
    server.onConnect = () => false;

    expect((await failureOf(made({ url }).subscribe(ticks).next())).message).not.toContain('hunter2');
  });

  it('shows no event, which leads to its URL', async () => {
    class Failing extends EventTarget {
      static readonly OPEN = 1;
      static readonly CONNECTING = 0;
      static readonly CLOSING = 2;
      static readonly CLOSED = 3;
      readonly readyState = 0;
      onerror?: (event: unknown) => void;
      constructor(url: string) {
        super();
        setTimeout(() => this.onerror?.({ type: 'error', target: { url } }));
      }
      close() {}
      send() {}
    }
    const url = `${server.url.replace('http', 'ws')}?key=hunter2`;
    const error = await failureOf(made({ impl: Failing, url }, { maxAttempts: 1 }).subscribe(ticks).next());

    expect(error.message).toContain('could not be connected: nothing says why');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('needs a class where there is no global one', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const client = new GraphQLClient({ url: server.url });
    clients.push(client);
    const error = await failureOf(client.subscribe(ticks).next());
    vi.unstubAllGlobals();

    expect(error).toMatchObject({ code: 'HOLDFAST_INVALID_OPTIONS', option: 'webSocket.impl' });
  });

  it('needs a URL where that of the client is not known', async () => {
    const rest = new RestClient({ baseURL: new URL(server.url).origin });
    const client = new GraphQLClient({ rest, webSocket: { impl: WebSocket } });
    clients.push(client);

    expect(await failureOf(client.subscribe(ticks).next())).toMatchObject({ option: 'webSocket.url' });
    rest.close();
  });
});

describe('the sockets of a client', () => {
  it('are known while they live, and no longer', async () => {
    const sockets = new Sockets();
    const Watched = sockets.watched(WebSocket as unknown as SocketClass);
    const socket = new Watched(server.url.replace('http', 'ws'), 'graphql-transport-ws') as unknown as WebSocket;
    expect(sockets.any).toBe(true);
    await once(socket, 'open');
    sockets.terminate();
    await once(socket, 'close');

    expect(sockets.any).toBe(false);
  });
});

async function portOf(sockets: WebSocketServer): Promise<number> {
  await once(sockets, 'listening');
  return (sockets.address() as { port: number }).port;
}

async function listening(plain: Server): Promise<string> {
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(plain.address() as { port: number }).port}/`;
}
