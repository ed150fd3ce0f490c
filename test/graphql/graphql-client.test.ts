import { inspect } from 'node:util';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  $,
  GraphQLClient,
  type GraphQLClientOptions,
  GraphQLRequestError,
  query,
  type TypedDocumentString,
} from '../../src/graphql/index.js';
import { RestClient } from '../../src/http/index.js';
import { protect, Runtime } from '../../src/runtime/index.js';
import { type GraphQLServer, startGraphQLServer } from './server/graphql-server.js';
import { answering, resetting } from './server/instead.js';

let server: GraphQLServer;
let client: GraphQLClient;
const clients: GraphQLClient[] = [];
beforeEach(async () => {
  server = await startGraphQLServer();
  client = made({});
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.close();
  await server.close();
});

function made(options: GraphQLClientOptions): GraphQLClient {
  const own = options.rest || options.baseURL ? {} : { url: server.url };
  const retry = options.rest ? {} : { retry: { maxAttempts: 3, delay: 1 } };
  const created = new GraphQLClient({ ...own, ...retry, ...options });
  clients.push(created);
  return created;
}

/** What a promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.fail('it was expected to reject'),
    (error) => error,
  );
}

const hello = 'query Hello($name: String) { hello(name: $name) }';

describe('a GraphQLClient', () => {
  it('sends a text with its variables and gives the result', async () => {
    const result = await client.query<{ hello: string }>(hello, { name: 'Ada' });

    expect(result.data).toEqual({ hello: 'hello Ada' });
    expect(result).toMatchObject({ errors: [], hasErrors: false, firstError: undefined, extensions: {} });
    expect(result.response).toMatchObject({ status: 200, endpoint: 'query Hello' });
    expect(server.asked[0]?.body).toEqual({ query: hello, operationName: 'Hello', variables: { name: 'Ada' } });
    expect(server.asked[0]?.headers).toMatchObject({
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
    });
  });

  it('tells of the answer, and does not keep its body', async () => {
    const { response } = await client.query('query Hello { hello }');

    expect(response).toEqual({
      ...{ status: 200, endpoint: 'query Hello', requestId: expect.any(String) },
      headers: expect.objectContaining({ 'content-type': 'application/graphql-response+json; charset=utf-8' }),
    });
  });

  it('leaves out of the request what is not there', async () => {
    await client.query('{ hello }');

    expect(server.asked[0]?.body).toEqual({ query: '{ hello }' });
  });

  it.each([
    ['a parsed document', parse(hello)],
    ['an operation of the builder', query('Hello', { name: 'String' }).field('hello', { name: $('name') })],
    ['a document of the builder', query('Hello', { name: 'String' }).field('hello', { name: $('name') }).document],
    ['a text of a code generator', new String(hello) as unknown as TypedDocumentString],
  ])('takes %s', async (_, document) => {
    const { data } = await client.query(document as any, { name: 'Ada' });

    expect(data).toEqual({ hello: 'hello Ada' });
  });

  it('sends mutations, each once', async () => {
    const { data } = await client.mutate('mutation Add { add(amount: 2) }');

    expect(data).toEqual({ add: 2 });
    expect(server.world.mutations).toBe(2);
  });

  it('runs the operation that is named, of a document with several', async () => {
    const both = 'query One { hello(name: "one") } query Two { hello(name: "two") }';

    expect((await client.query(both, {}, { operationName: 'Two' })).data).toEqual({ hello: 'hello two' });
    const { message } = await failureOf(client.query(both));
    expect(message).toBe(
      'GraphQLClient: operationName must be given, since the document has several operations: One, Two',
    );
  });

  it('sends queries by GET where it is told to, and mutations by POST all the same', async () => {
    const byGet = made({ method: 'GET', cache: true });
    await byGet.query(hello, { name: 'Ada' });
    const again = await byGet.query(hello, { name: 'Ada' });
    await byGet.mutate('mutation { add }');

    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(server.asked[0]?.headers['apollo-require-preflight']).toBe('true');
    expect(again.data).toEqual({ hello: 'hello Ada' });
  });

  it('keeps variables out of the URL that errors show', async () => {
    const error = await failureOf(
      made({ method: 'GET' }).query('query ($password: String!) { login(password: $password) }', {
        password: 'hunter2',
      }),
    );

    expect(new URL(error.url).pathname).toBe('/graphql');
    expect(inspect(error, { depth: 9, showHidden: false })).not.toContain('hunter2');
  });

  it('sends by a RestClient that exists, and leaves it open', async () => {
    const rest = new RestClient({ name: 'shared', baseURL: new URL(server.url).origin });
    const beside = made({ rest });
    expect((await beside.query('{ hello }')).data).toEqual({ hello: 'hello world' });
    expect(beside.name).toBe('shared');
    beside.close();

    expect(await failureOf(beside.query('{ hello }'))).toMatchObject({ code: 'HTTP_CLIENT_CLOSED' });
    expect((await rest.post('/graphql', { body: { query: '{ hello }' } })).status).toBe(200);
    rest.close();
  });

  it('shares nothing with others where it has no name', async () => {
    const fragile = made({ retry: false, circuitBreaker: { window: 1, minimumCalls: 1 }, pool: { size: 5 } });
    const sturdy = made({ retry: false, pool: { size: 2 } });
    server.instead.push(answering(503, 'text/plain', 'busy'));

    await expect(fragile.query(hello)).rejects.toMatchObject({ code: 'HTTP_503' });
    await expect(fragile.query(hello)).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN', service: 'http' });
    expect((await sturdy.query(hello)).data).toEqual({ hello: 'hello world' });
  });

  it('lives in the runtime that it is bound to, together with its RestClient', async () => {
    const runtime = new Runtime();
    const bound = made({ name: 'bound' });
    runtime.bind(bound);
    const told: unknown[] = [];
    runtime.events.on('http.answered', ({ service, endpoint }) => told.push([service, endpoint]));
    await bound.query(hello);

    expect(told).toEqual([['bound', 'query Hello']]);
    await runtime.dispose();
  });

  it('ends what is under way when it is closed', async () => {
    server.instead.push(() => true);
    const asked = failureOf(client.query('{ hello }'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    client.close();

    expect(await asked).toMatchObject({ code: 'HTTP_CLIENT_CLOSED' });
    expect(await failureOf(client.query('{ hello }'))).toMatchObject({ code: 'HTTP_CLIENT_CLOSED' });
  });

  it('leaves no connection behind when it is closed', async () => {
    await client.query('{ hello }');
    client.close();

    await expect.poll(() => server.sockets.size).toBe(0);
  });
});

describe('what cannot be sent', () => {
  it.each([
    [
      'a mistake in the text',
      '{ hello(',
      'document must be a GraphQL document: Syntax Error: Expected Name, found <EOF>. (line 1, column 9)',
    ],
    ['no operation', 'fragment A on User { id }', 'document must have an operation, and has only fragments'],
    ['no document', 5, 'document must be a text, a parsed document, or an operation of the builder, but got 5'],
    ['a list', ['{ hello }'], 'document must be a text, a parsed document, or an operation of the builder'],
    ['a mutation', 'mutation Add { add }', 'document must be a query; the mutation Add is for mutate()'],
    ['a subscription', 'subscription { ticks }', 'document must be a query; a subscription is for subscribe()'],
  ])('is refused before it is: %s', async (_, document, message) => {
    const error = await failureOf(client.query(document as string));

    expect(error).toMatchObject({ code: 'HOLDFAST_INVALID_OPTIONS' });
    expect(error.message).toContain(message);
    expect(server.asked).toEqual([]);
  });

  it.each([
    [
      'a variable that is missing',
      undefined,
      'variables.password must be given: query Login declares it as one that is never null',
    ],
    ['a variable that is null', { password: null }, 'variables.password must be given'],
    ['variables that are a list', ['hunter2'], 'variables must be an object of values by the names of the variables'],
    ['variables in a Map', new Map([['password', 'hunter2']]), 'variables must be an object of values by the names'],
    [
      'a date',
      Object.assign(new Date(0), { password: 'hunter2' }),
      'variables must be an object of values by the names',
    ],
    [
      'what JSON cannot hold',
      { password: 7n },
      'variables must be something that JSON can hold: Do not know how to serialize a BigInt',
    ],
  ])('is refused with a message that shows no value: %s', async (_, variables, message) => {
    const login = 'query Login($password: String!) { login(password: $password) }';
    const error = await failureOf(client.query(login, variables as any));

    expect(error.message).toContain(message);
    expect(inspect(error)).not.toContain('hunter2');
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['a Map', new Map([['name', 'you']])],
    ['fields of a form', new URLSearchParams({ name: 'you' })],
    ['a date', new Date(0)],
  ])('is no variable that may be left out, where JSON would hold none of them: %s', async (_, variables) => {
    const error = await failureOf(client.query(hello, variables as any));

    expect(error.message).toContain('variables must be an object of values by the names of the variables');
    expect(server.asked).toEqual([]);
  });

  it('takes a variable that has a default for one that may be left out', async () => {
    await client.mutate('mutation ($amount: Int! = 3) { add(amount: $amount) }');

    expect(server.world.mutations).toBe(3);
  });

  it.each([
    [{ retries: 3 }, 'retries is no option'],
    [
      { operationName: 'Other' },
      "operationName must be the name of an operation of the document, which has Hello, but got 'Other'",
    ],
    [{ idempotent: false }, 'idempotent is for mutations'],
    [{ signal: 'now' }, 'signal must be an AbortSignal'],
    [{ headers: new Headers({ 'x-key': 'hunter2' }) }, 'headers must be a plain object of header fields'],
    [{ headers: [['x-key', 'hunter2']] }, 'headers must be a plain object of header fields'],
    [{ middleware: () => {} }, 'middleware must be a list of functions'],
  ])('is refused for its options: %o', async (options, message) => {
    const error = await failureOf(client.query(hello, {}, options as any));

    expect(error).toMatchObject({ code: 'HOLDFAST_INVALID_OPTIONS' });
    expect(error.message).toContain(message);
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    expect(server.asked).toEqual([]);
  });
});

describe('the options of a GraphQLClient', () => {
  const rest = new RestClient({ name: 'shared' });
  it.each<[object, string]>([
    [{}, 'url must be given, or a baseURL, or a client as rest'],
    [{ url: 'graphql' }, 'url must be an absolute URL'],
    [{ url: 'https://me:secret@example.com' }, 'url must have no credentials'],
    [{ url: 'https://example.com', path: '/x' }, 'path belongs to a baseURL'],
    [{ url: 'https://example.com', baseURL: 'https://example.com' }, 'baseURL must not be given beside url'],
    [{ url: 'https://example.com', retries: 3 }, 'retries is no option; it takes url, path, rest'],
    [{ url: 'https://example.com', dedup: true }, 'dedup is no option'],
    [{ url: 'https://example.com', method: 'PUT' }, "method must be one of 'POST', 'GET', but got 'PUT'"],
    [
      { url: 'https://example.com', failOn: 'TIMEOUT' },
      "failOn must be a list of codes, or a function, but got 'TIMEOUT'",
    ],
    [{ url: 'https://example.com', batch: { max: 1 } }, 'batch.max must be a whole number from 2 to 1000, but got 1'],
    [{ url: 'https://example.com', batch: 5 }, 'batch must be true, false or an object of options, but got 5'],
    [
      { url: 'https://example.com', persistedQueries: { get: 1 } },
      'persistedQueries.get must be true or false, but got 1',
    ],
    [{ url: 'https://example.com', subscriptions: 'http' }, "subscriptions must be 'ws', 'sse', 'multipart'"],
    [
      { url: 'https://example.com', subscriptions: { maxAttempts: 0 } },
      'subscriptions.maxAttempts must be a whole number',
    ],
    [
      { url: 'https://example.com', webSocket: { url: 'https://x' } },
      'webSocket.url must be an absolute URL that begins with ws:',
    ],
    [{ url: 'https://example.com', webSocket: { impl: 'ws' } }, 'webSocket.impl must be a function'],
    [
      { url: 'https://example.com', subscriptions: 'sse', webSocket: { keepAlive: 0 } },
      "webSocket is for subscriptions by 'ws', and these go by 'sse'",
    ],
    [{ rest, timeout: '1s' }, 'timeout is for a RestClient, and must not be given beside rest'],
    [{ rest: {} }, 'rest must be a RestClient'],
    [{ url: 'https://example.com', timeout: 'soon' }, 'timeout must be a duration'],
  ])('are checked: %o', (options, message) => {
    let caught: any;
    try {
      new GraphQLClient(options as GraphQLClientOptions).close();
    } catch (error) {
      caught = error;
    }

    expect(caught).toMatchObject({ code: 'HOLDFAST_INVALID_OPTIONS' });
    expect(caught.message).toContain(message);
    expect(inspect(caught)).not.toContain('secret@');
  });
});

describe('signals', () => {
  it("reject with the caller's own reason", async () => {
    server.instead.push(() => true);
    const leaving = new AbortController();
    const asked = failureOf(client.query('{ hello }', {}, { signal: leaving.signal }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const reason = new Error('enough');
    leaving.abort(reason);

    expect(await asked).toBe(reason);
  });
});

describe('retries', () => {
  it('repeat a query that the network lost', async () => {
    server.instead.push(resetting);
    const { data } = await client.query('{ hello }');

    expect(data).toEqual({ hello: 'hello world' });
    expect(server.asked).toHaveLength(2);
  });

  it('never repeat a mutation that may have been done', async () => {
    server.instead.push(resetting);
    const error = await failureOf(client.mutate('mutation { add }'));

    expect(error).toMatchObject({ type: 'network' });
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['is said to be idempotent', { idempotent: true }],
    ['has an idempotency key', { idempotencyKey: true }],
  ] as const)('repeat a mutation that %s', async (_, options) => {
    server.instead.push(resetting);
    await client.mutate('mutation { add }', {}, options);

    expect(server.asked).toHaveLength(2);
    expect(server.asked[0]?.headers['idempotency-key']).toBe(server.asked[1]?.headers['idempotency-key']);
  });

  it('leave a mutation alone whose answer says that the server failed', async () => {
    const error = await failureOf(client.mutate('mutation { addAndFail(code: "INTERNAL_SERVER_ERROR") }'));

    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect(server.world.mutations).toBe(1);
  });

  it('do not repeat such a mutation further out either', async () => {
    const runtime = new Runtime();
    const document = 'mutation { addAndFail(code: "TIMEOUT") }';
    const call = protect(
      async () => client.mutate(document),
      { retry: { maxAttempts: 3, delay: 1 } },
      { id: 'outer', runtime },
    );
    await failureOf(call());

    expect(server.world.mutations).toBe(1);
    await runtime.dispose();
  });

  it('are left to the layer further out that repeats', async () => {
    const runtime = new Runtime();
    const document = '{ fail(code: "TIMEOUT") }';
    const call = protect(
      async () => client.query(document),
      { retry: { maxAttempts: 2, delay: 1 } },
      { id: 'outer', runtime },
    );
    await failureOf(call());

    expect(server.asked).toHaveLength(2);
    await runtime.dispose();
  });

  it('are not made where a request says so', async () => {
    server.instead.push(answering(503, 'text/plain', 'busy'));
    const error = await failureOf(client.query('{ hello }', {}, { retry: false }));

    expect(error).toMatchObject({ code: 'HTTP_503', endpoint: 'query' });
    expect(server.asked).toHaveLength(1);
  });
});
