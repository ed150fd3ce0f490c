import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { GraphQLClient, type GraphQLClientOptions, type GraphQLSubscription } from '../../src/graphql/index.js';
import { type GraphQLServer, startGraphQLServer } from './server/graphql-server.js';
import { answering, resetting } from './server/instead.js';

const carriers = ['ws', 'sse', 'multipart'] as const;
const overHttp = ['sse', 'multipart'] as const;

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
  by: (typeof carriers)[number],
  options: Partial<GraphQLClientOptions> = {},
  more: object = {},
): GraphQLClient {
  const created = new GraphQLClient({
    ...{ url: server.url, retry: false },
    ...(by === 'ws' && { webSocket: { impl: WebSocket } }),
    subscriptions: { by, delay: 5, maxDelay: 20, maxAttempts: 3, ...more },
    ...options,
  });
  clients.push(created);
  return created;
}

const ticks = 'subscription Ticks { ticks }';
const listeners = () => expect.poll(() => server.world.ticks.size);

type OverHttp = (typeof overHttp)[number];

/** The type of a stream, how it begins, and how it ends. */
function framesOf(by: OverHttp): readonly [string, string, string] {
  if (by === 'sse') return ['text/event-stream', ':\n\n', 'event: complete\n\n'];
  return ['multipart/mixed; boundary=graphql', '--graphql', '--\r\n'];
}

/** One result in a stream. */
function wrapped(by: OverHttp, data: object): string {
  if (by === 'sse') return `event: next\ndata: ${JSON.stringify({ data })}\n\n`;
  return `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ payload: { data } })}\r\n--graphql`;
}

async function all(subscription: GraphQLSubscription<any>): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const result of subscription) data.push(result.data);
  return data;
}

async function failureOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.fail('it was expected to reject'),
    (error) => error,
  );
}

describe.each(carriers)('a subscription over %s', (by) => {
  it('gives all results, until the server says that it is complete', async () => {
    const client = made(by);
    const count = 'subscription Count($to: Int!) { count(to: $to) }';

    expect(await all(client.subscribe(count, { to: 3 }))).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  });

  it('asks the server when somebody begins to read, and not before', async () => {
    const subscription = made(by).subscribe(ticks);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.sockets.size).toBe(0);

    await subscription.return();
    expect(await subscription.next()).toEqual({ done: true, value: undefined });
    expect(server.sockets.size).toBe(0);
  });

  it('sends the variables that it was given, whatever became of them', async () => {
    const variables = { to: 2 };
    const subscription = made(by).subscribe('subscription ($to: Int!) { count(to: $to) }', variables);
    variables.to = 5;

    expect(await all(subscription)).toEqual([{ count: 1 }, { count: 2 }]);
  });

  it('unsubscribes when its reader leaves the loop', async () => {
    const subscription = made(by).subscribe<{ ticks: number }>(ticks);
    const first = (async () => {
      for await (const { data } of subscription) return data?.ticks;
      return undefined;
    })();
    await listeners().toBe(1);
    server.tick(7);

    expect(await first).toBe(7);
    await listeners().toBe(0);
  });

  it('tells whoever waits that there is nothing more when it is returned', async () => {
    const subscription = made(by).subscribe(ticks);
    const waiting = subscription.next();
    await listeners().toBe(1);
    await subscription.return();

    expect(await waiting).toEqual({ done: true, value: undefined });
    await listeners().toBe(0);
  });

  it("ends by its signal, with the caller's own reason", async () => {
    const leaving = new AbortController();
    const subscription = made(by).subscribe(ticks, {}, { signal: leaving.signal });
    const waiting = failureOf(subscription.next());
    await listeners().toBe(1);
    const reason = new Error('enough');
    leaving.abort(reason);

    expect(await waiting).toBe(reason);
    expect(await subscription.next()).toEqual({ done: true, value: undefined });
    await listeners().toBe(0);
  });

  it('leaves no listener behind on its signal', async () => {
    const { signal } = new AbortController();
    await all(made(by).subscribe('subscription { count(to: 2) }', {}, { signal }));

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('never begins with a signal that is aborted', async () => {
    const subscription = made(by).subscribe(ticks, {}, { signal: AbortSignal.abort('before') });

    expect(await failureOf(subscription.next())).toBe('before');
    expect(server.sockets.size).toBe(0);
  });

  it('ends when the client is closed, and leaves no connection behind', async () => {
    const client = made(by);
    const waiting = failureOf(client.subscribe(ticks).next());
    await listeners().toBe(1);
    client.close();

    expect(await waiting).toMatchObject({ code: 'HTTP_CLIENT_CLOSED' });
    await expect.poll(() => server.sockets.size).toBe(0);
    expect(() => client.subscribe(ticks)).toThrow(expect.objectContaining({ code: 'HTTP_CLIENT_CLOSED' }));
  });

  it('comes back when the connection is cut, and says that results may have been missed', async () => {
    const onReconnect = vi.fn();
    const subscription = made(by).subscribe<{ ticks: number }>(ticks, {}, { onReconnect });
    const first = subscription.next();
    await listeners().toBe(1);
    server.tick(1);
    expect((await first).value?.data).toEqual({ ticks: 1 });
    expect(onReconnect).not.toHaveBeenCalled();

    const second = subscription.next();
    server.cut();
    await expect.poll(() => onReconnect.mock.calls.length).toBe(1);
    await listeners().toBe(1);
    server.tick(2);
    expect((await second).value?.data).toEqual({ ticks: 2 });
    expect(onReconnect).toHaveBeenCalledExactlyOnceWith({ failures: 1, error: expect.any(Error) });
    await subscription.return();
  });

  it('gives up after so many attempts in a row', async () => {
    const subscription = made(by).subscribe(ticks);
    const waiting = failureOf(subscription.next());
    await listeners().toBe(1);
    await server.close();
    const error = await waiting;

    expect(error).toMatchObject({
      ...{
        code: 'GRAPHQL_SUBSCRIPTION_LOST',
        type: 'graphql',
        endpoint: 'subscription Ticks',
        attempt: 3,
        maxAttempts: 3,
      },
      cause: expect.any(Error),
    });
    expect(error.message).toContain('was lost, and could not be made again: 3 attempts in a row failed');
  });

  it('ends with the errors in a document that the server finds invalid', async () => {
    const failure = await failureOf(made(by).subscribe('subscription Wrong { nothing }').next());

    expect(failure).toMatchObject({
      code: `GRAPHQL_${by === 'ws' ? 'ERROR' : 'VALIDATION_FAILED'}`,
      type: 'graphql',
    });
    expect(failure.firstError.locations).toEqual([{ line: 1, column: 22 }]);
  });

  it('ends with the errors by which the server refuses it, and does not come back', async () => {
    const error = await failureOf(made(by).subscribe('subscription Refused { refused }').next());

    expect(error).toMatchObject({ code: 'GRAPHQL_FORBIDDEN', endpoint: 'subscription Refused' });
    if (by !== 'ws') expect(server.asked).toHaveLength(1);
  });

  it('comes back after errors with a code that will pass, also where the connection stayed', async () => {
    const client = made(by);
    const other = client.subscribe(ticks);
    const waiting = other.next();
    await listeners().toBe(1);
    const onReconnect = vi.fn();

    expect(await all(client.subscribe('subscription { flaky }', {}, { onReconnect }))).toEqual([{ flaky: 1 }]);
    expect(onReconnect).toHaveBeenCalledExactlyOnceWith({
      failures: 1,
      error: expect.objectContaining({ code: 'GRAPHQL_TIMEOUT' }),
    });
    await other.return();
    await waiting;
  });

  it('has what its callback throws', async () => {
    const broken = new Error('mine');
    const onReconnect = () => {
      throw broken;
    };
    const waiting = failureOf(made(by).subscribe(ticks, {}, { onReconnect }).next());
    await listeners().toBe(1);
    server.cut();

    expect(await waiting).toBe(broken);
    await listeners().toBe(0);
  });

  it('is refused for what it cannot heed', async () => {
    const client = made(by);

    expect(() => client.subscribe('{ hello }')).toThrow('document must be a subscription; a query is for query()');
    expect(() => client.subscribe(ticks, {}, { retry: false } as object)).toThrow('retry is for queries and mutations');
    expect(() => client.subscribe(ticks, {}, { onReconnect: 5 as never })).toThrow(
      'onReconnect must be a function, but got 5',
    );
    if (by === 'ws')
      expect(() => client.subscribe(ticks, {}, { headers: { a: 1 } })).toThrow(
        'headers is for subscriptions over HTTP',
      );
  });
});

describe.each(overHttp)('a subscription over %s', (by) => {
  it('sends its header fields, and asks for the format', async () => {
    await all(made(by).subscribe('subscription { count(to: 1) }', {}, { headers: { 'X-Own': 'mine' } }));

    expect(server.asked[0]?.headers).toMatchObject({
      'x-own': 'mine',
      accept: expect.stringContaining(by === 'sse' ? 'text/event-stream' : 'subscriptionSpec=1.0'),
    });
  });

  it.each(['250ms', { total: '250ms', read: '10s' }] as const)(
    'has a time for its beginning, and no end by that: %o',
    async (timeout) => {
      const subscription = made(by, {}, { maxAttempts: 1 }).subscribe(ticks, {}, { timeout });
      const waiting = subscription.next();
      await listeners().toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 350));
      server.tick(7);

      expect((await waiting).value?.data).toEqual({ ticks: 7 });
      await subscription.return();
    },
  );

  it.each([{ connect: '5s' }, '5s'] as const)(
    'keeps its idleTimeout where it has times of its own: %o',
    async (timeout) => {
      const client = made(by, { timeout: { read: 50 } }, { idleTimeout: 0, maxAttempts: 1 });
      const subscription = client.subscribe(ticks, {}, { timeout });
      const waiting = subscription.next();
      await listeners().toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 120));
      server.tick(7);

      expect((await waiting).value?.data).toEqual({ ticks: 7 });
      await subscription.return();
    },
  );

  it('may say itself for how long nothing may arrive', async () => {
    const client = made(by, {}, { idleTimeout: '10s', maxAttempts: 1 });

    await expect(client.subscribe(ticks, {}, { timeout: { read: 50 } }).next()).rejects.toMatchObject({
      code: 'HTTP_READ_TIMEOUT',
    });
  });

  it('comes back when the server is not there at first', async () => {
    server.instead.push(resetting, answering(503, 'text/plain', 'busy'));
    const onReconnect = vi.fn();

    expect(await all(made(by).subscribe('subscription { count(to: 1) }', {}, { onReconnect }))).toEqual([{ count: 1 }]);
    expect(onReconnect).toHaveBeenCalledExactlyOnceWith({
      failures: 2,
      error: expect.objectContaining({ code: 'HTTP_503' }),
    });
  });

  it.each([
    ['a status that will stay', 404, 'text/plain', 'no', 'HTTP_404', 1],
    ['one result instead of a stream', 200, 'application/json', '{"data":{"count":1}}', 'GRAPHQL_MALFORMED_ANSWER', 1],
    ['errors with a code that will stay', 200, 'application/json', '{"errors":[{"message":"no"}]}', 'GRAPHQL_ERROR', 1],
    ['errors with a status', 400, 'application/json', '{"errors":[{"message":"no"}]}', 'GRAPHQL_ERROR', 1],
    [
      'errors that will pass',
      200,
      'application/json',
      '{"errors":[{"message":"no","extensions":{"code":"TIMEOUT"}}]}',
      'GRAPHQL_SUBSCRIPTION_LOST',
      3,
    ],
    ['a page', 200, 'text/html', '<h1>hotel</h1>', 'GRAPHQL_SUBSCRIPTION_LOST', 3],
  ])('judges %s', async (_, status, type, body, code, attempts) => {
    for (let i = 0; i < 3; i++) server.instead.push(answering(status, type, body));
    const error = await failureOf(made(by).subscribe(ticks).next());

    expect(error).toMatchObject({ code });
    expect(server.asked).toHaveLength(attempts);
  });

  it('leaves the coming back to the subscription alone', async () => {
    for (let i = 0; i < 9; i++) server.instead.push(answering(503, 'text/plain', 'busy'));
    await failureOf(
      made(by, { retry: { maxAttempts: 3, delay: 1 } })
        .subscribe(ticks)
        .next(),
    );

    expect(server.asked).toHaveLength(3);
  });

  it('reads results whose characters arrive in pieces', async () => {
    const [type, before, after] = framesOf(by);
    server.instead.push((response: ServerResponse) => {
      const bytes = Buffer.from(`${before}${wrapped(by, { ticks: 'né' })}${after}`);
      const middle = bytes.indexOf(0xc3) + 1;
      response.writeHead(200, { 'content-type': type });
      response.write(bytes.subarray(0, middle));
      setTimeout(() => response.end(bytes.subarray(middle)), 30);
    });

    expect(await all(made(by).subscribe(ticks))).toEqual([{ ticks: 'né' }]);
  });

  it('bounds one result, not all of them', async () => {
    const [type, before, after] = framesOf(by);
    const mebibytes = (count: number) => wrapped(by, { ticks: 'x'.repeat(count * 1024 * 1024) });
    server.instead.push(answering(200, type, `${before}${mebibytes(1).repeat(6)}${after}`));
    expect((await all(made(by).subscribe(ticks))).length).toBe(6);

    for (let i = 0; i < 3; i++) server.instead.push(answering(200, type, `${before}${mebibytes(5)}${after}`));
    const error = await failureOf(made(by, {}, { maxDelay: '10s' }).subscribe(ticks).next());
    expect(error.cause.message).toContain('sent what cannot be read: one result has more than 4194304 bytes');
  });

  it('comes back when nothing arrives for too long', async () => {
    const onReconnect = vi.fn();
    const subscription = made(by, {}, { idleTimeout: 60 }).subscribe(ticks, {}, { onReconnect });
    const waiting = subscription.next();
    await expect.poll(() => onReconnect.mock.calls.length).toBeGreaterThan(0);

    expect(onReconnect.mock.calls[0]?.[0].error).toMatchObject({ code: 'HTTP_READ_TIMEOUT' });
    await subscription.return();
    await waiting;
  });

  it('lets what nobody reads wait in the connection', async () => {
    let written = 0;
    const type = by === 'sse' ? 'text/event-stream' : 'multipart/mixed; boundary=graphql';
    const payload = { data: { ticks: 'x'.repeat(64 * 1024) } };
    const part =
      by === 'sse'
        ? `event: next\ndata: ${JSON.stringify(payload)}\n\n`
        : `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ payload })}\r\n--graphql`;
    server.instead.push((response: ServerResponse) => {
      response.writeHead(200, { 'content-type': type });
      if (by === 'multipart') response.write('--graphql');
      const more = () => {
        while (written < 2000 && !response.destroyed && response.write(part)) written++;
        response.once('drain', more);
      };
      more();
    });
    const subscription = made(by).subscribe(ticks);
    await subscription.next();
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(written).toBeLessThan(1000);
    await subscription.return();
  });
});

describe('Server-Sent Events', () => {
  const stream = (text: string) => answering(200, 'text/event-stream', text);

  it('are bounded where one event has many lines', async () => {
    const line = `data: ${'x'.repeat(64 * 1024)}\n`;
    for (let i = 0; i < 3; i++) server.instead.push(stream(`event: next\n${line.repeat(70)}\n`));
    const error = await failureOf(made('sse', {}, { maxDelay: '10s' }).subscribe(ticks).next());

    expect(error.cause.message).toContain('one result has more than 4194304 bytes');
  });

  it.each([
    ['comments and other events', ':\n\nevent: other\ndata: x\n\n', [{ ticks: 1 }]],
    ['a mark before it', '\uFEFF', [{ ticks: 1 }]],
    ['lines that end as on old systems', 'event: next\rdata: {"data":{"ticks":0}}\r\r', [{ ticks: 0 }, { ticks: 1 }]],
  ])('are read with %s', async (_, before, expected) => {
    server.instead.push(
      stream(`${before}event: next\r\ndata: {"data":\r\ndata: {"ticks":1}}\r\n\r\nevent: complete\r\ndata:\r\n\r\n`),
    );

    expect(await all(made('sse').subscribe(ticks))).toEqual(expected);
  });

  it.each([
    'event: complete\n\n',
    'event:complete\r\n\r\n',
    'event: complete\ndata\n\n',
    'event: complete\ndata: \n\n',
  ])('are complete with %j', async (end) => {
    server.instead.push((response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(wrapped('sse', { ticks: 'event: complete\u2028' }) + end.slice(0, 9));
      setTimeout(() => response.end(end.slice(9)), 20);
    });

    expect(await all(made('sse').subscribe(ticks))).toEqual([{ ticks: 'event: complete\u2028' }]);
  });

  it.each([
    ['an event that is no JSON', 'event: next\ndata: {\n\n', 'sent what cannot be read'],
    ['an event that is no GraphQL', 'event: next\ndata: {}\n\n', 'sent what cannot be read: a result is no GraphQL'],
    ['an end without the word', ':\n\n', 'broke off: the answer ended before it was complete'],
  ])('are a lost connection with %s', async (_, text, message) => {
    for (let i = 0; i < 3; i++) server.instead.push(stream(text));
    const error = await failureOf(made('sse').subscribe(ticks).next());

    expect(error.cause.message).toContain(message);
    expect(server.asked).toHaveLength(3);
  });

  it('give the result of one event with its errors', async () => {
    server.instead.push(
      stream('event: next\ndata: {"data":null,"errors":[{"message":"no","path":["ticks"]}]}\n\nevent: complete\n\n'),
    );
    const { value } = await made('sse').subscribe(ticks).next();

    expect(value?.data).toBeNull();
    expect(value?.firstError).toMatchObject({ message: 'no', path: ['ticks'] });
  });
});

describe('multipart answers', () => {
  const stream = (...parts: string[]) =>
    answering(200, 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0', `--graphql${parts.join('')}--\r\n`);
  const part = (body: unknown) => `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(body)}\r\n--graphql`;

  it('are read with signs of life, and with results that are not wrapped', async () => {
    server.instead.push(
      stream(
        part({}),
        part({ payload: { data: { ticks: 1 } } }),
        part({ data: { ticks: 2 }, hasNext: true }),
        part({ payload: null }),
      ),
    );

    expect(await all(made('multipart').subscribe(ticks))).toEqual([{ ticks: 1 }, { ticks: 2 }]);
  });

  it('end with the errors of the router', async () => {
    server.instead.push(
      stream(part({ payload: null, errors: [{ message: 'gone', extensions: { code: 'FORBIDDEN' } }] })),
    );

    expect(await failureOf(made('multipart').subscribe(ticks).next())).toMatchObject({ code: 'GRAPHQL_FORBIDDEN' });
  });

  it('are a lost connection where they end without the last boundary', async () => {
    const cut = answering(200, 'multipart/mixed; boundary="graphql"', `--graphql${part({})}\r\n`);
    for (let i = 0; i < 3; i++) server.instead.push(cut);
    const error = await failureOf(made('multipart').subscribe(ticks).next());

    expect(error.cause.message).toContain('broke off');
  });

  it('are a lost connection where a part is no JSON', async () => {
    const odd = answering(
      200,
      'multipart/mixed; boundary="graphql"',
      '--graphql\r\ncontent-type: text/plain\r\n\r\nhello\r\n--graphql--\r\n',
    );
    for (let i = 0; i < 3; i++) server.instead.push(odd);

    expect((await failureOf(made('multipart').subscribe(ticks).next())).cause.message).toContain('a part is no JSON');
  });
});
