import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphQLClient, type GraphQLClientOptions } from '../../src/graphql/index.js';
import { protect, Runtime } from '../../src/runtime/index.js';
import { type GraphQLServer, startGraphQLServer } from './server/graphql-server.js';
import { answering, passing, resetting } from './server/instead.js';

let server: GraphQLServer;
const clients: GraphQLClient[] = [];
beforeEach(async () => {
  server = await startGraphQLServer();
});
afterEach(async () => {
  for (const each of clients.splice(0)) each.close();
  await server.close();
});

function made(options: GraphQLClientOptions = {}): GraphQLClient {
  const created = new GraphQLClient({ url: server.url, retry: { delay: 1 }, persistedQueries: true, ...options });
  clients.push(created);
  return created;
}

const hello = 'query Hello($name: String) { hello(name: $name) }';
const sha256Hash = createHash('sha256').update(hello).digest('hex');
const extensions = { persistedQuery: { version: 1, sha256Hash } };

describe('persisted queries', () => {
  it('send the hash alone, and the text once when the server does not know it', async () => {
    const client = made();
    const first = await client.query(hello, { name: 'Ada' });
    const second = await client.query(hello, { name: 'Bob' });

    expect([first.data, second.data]).toEqual([{ hello: 'hello Ada' }, { hello: 'hello Bob' }]);
    expect(server.asked.map(({ body }) => body)).toEqual([
      { operationName: 'Hello', extensions, variables: { name: 'Ada' } },
      { query: hello, operationName: 'Hello', extensions, variables: { name: 'Ada' } },
      { operationName: 'Hello', extensions, variables: { name: 'Bob' } },
    ]);
  });

  it('are given up for good once the server says that it knows none', async () => {
    server.persisted = 'unsupported';
    const client = made();
    await client.query(hello);
    await client.query(hello);

    expect(server.asked.map(({ body }) => Object.keys(body))).toEqual([
      ['operationName', 'extensions'],
      ['query', 'operationName'],
      ['query', 'operationName'],
    ]);
  });

  it.each(['GET', 'POST'] as const)(
    'go by GET where that is asked for, so that caches answer them; the text goes by POST (method %s)',
    async (method) => {
      const client = made({ persistedQueries: { get: true }, cache: true, method });
      await client.query(hello, { name: 'Ada' });
      await client.query(hello, { name: 'Ada' });
      await client.query(hello, { name: 'Ada' });

      expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
      expect(server.asked[0]?.url.searchParams.has('query')).toBe(false);
    },
  );

  it('do a mutation once', async () => {
    const { data } = await made({ persistedQueries: { get: true } }).mutate('mutation { add }');

    expect(data).toEqual({ add: 1 });
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  it.each([200, 400])(
    'are understood where the server says it by the message alone, with status %i',
    async (status) => {
      server.instead.push(answering(status, 'application/json', { errors: [{ message: 'PersistedQueryNotFound' }] }));
      const { data } = await made().query(hello);

      expect(data).toEqual({ hello: 'hello world' });
    },
  );

  it('are understood where errors are mapped', async () => {
    const { data } = await made({ mapErrors: () => new Error('mine') }).query(hello);

    expect(data).toEqual({ hello: 'hello world' });
  });

  it('do not stand in the way of retries, nor of other errors', async () => {
    const client = made();
    server.instead.push(resetting);
    await client.query(hello);
    expect(server.asked).toHaveLength(3);

    await expect(client.query('{ fail(code: "FORBIDDEN") }')).rejects.toMatchObject({ code: 'GRAPHQL_FORBIDDEN' });
    expect(server.asked).toHaveLength(5);
  });

  it('belong to the protected call around them, with the text as well', async () => {
    const runtime = new Runtime();
    const client = made();
    server.instead.push(passing, resetting, resetting, resetting);
    const call = protect(
      async () => client.query(hello),
      { retry: { maxAttempts: 2, delay: 1 } },
      { id: 'outer', runtime },
    );
    await expect(call()).rejects.toMatchObject({ type: 'network' });

    expect(server.asked).toHaveLength(3); // hash, text, and the hash again: the outer layer alone repeats
    await runtime.dispose();
  });
});
