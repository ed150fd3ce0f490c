import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultServer, type GraphQLErrorsFault, startFaultServer } from '../../src/fault-server/index.js';
import { GraphQLClient, type GraphQLClientOptions } from '../../src/graphql/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { jsonOf } from './json-of.js';
import { partsOf, rawRequest } from './raw-request.js';

let server: FaultServer;
const clients: GraphQLClient[] = [];
beforeEach(async () => {
  server = await startFaultServer();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});

function clientOf(options: Partial<GraphQLClientOptions> = {}): GraphQLClient {
  const retry = { maxAttempts: 2, delay: 1 };
  const client = new GraphQLClient({ url: `${server.url}/graphql`, runtime: new Runtime(), retry, ...options });
  clients.push(client);
  return client;
}

function failing(code: string, rest: Partial<GraphQLErrorsFault> = {}): GraphQLErrorsFault {
  return { kind: 'graphqlErrors', errors: [{ message: 'no', extensions: { code } }], ...rest };
}

function ask(headers: Record<string, string> = {}, body: unknown = { query: '{ hello }' }): Promise<Response> {
  const fields = { 'content-type': 'application/json', ...headers };
  return fetch(`${server.url}/graphql`, { method: 'POST', headers: fields, body: JSON.stringify(body) });
}

describe('GraphQL errors', () => {
  it('are one by default, in an answer of 200 without data', async () => {
    server.fail({ kind: 'graphqlErrors' });
    const { head, body } = partsOf(await rawRequest(server.port, '/graphql?query={hello}'));

    expect(head.split('\r\n')[0]).toBe('HTTP/1.1 200 OK');
    expect(head.toLowerCase()).toContain('\r\ncontent-type: application/json; charset=utf-8\r\n');
    expect(body).toBe(
      '{"errors":[{"message":"failed on command","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":null}',
    );
  });

  it.each([
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['text/html, Application/GraphQL-Response+JSON;q=0.5', 'application/graphql-response+json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+jsonish', 'application/json; charset=utf-8'],
  ])('come to a client that accepts %s as %s', async (accept, type) => {
    server.fail({ kind: 'graphqlErrors' });

    expect((await ask({ accept })).headers.get('content-type')).toBe(type);
  });

  it('are what they are told to be, with what data there is', async () => {
    const errors = [
      { message: 'one', path: ['items', 0, 'name'], locations: [{ line: 1, column: 3 }], extensions: { code: 'A' } },
      { message: 'two' },
    ];
    server.fail({ kind: 'graphqlErrors', errors, data: { hello: 'all the same' } });

    expect(await jsonOf(ask())).toEqual({ errors, data: { hello: 'all the same' } });
  });

  it('keep to /graphql unless another route is named', async () => {
    server.fail({ kind: 'graphqlErrors' });
    expect((await jsonOf(fetch(`${server.url}/msg`))).message).toBe('message 1');
    server.fail({ kind: 'graphqlErrors', route: '/api' });

    expect((await jsonOf(fetch(`${server.url}/api/v2`))).errors).toHaveLength(1);
    expect((await jsonOf(ask())).data).toEqual({ hello: 'hello world' });
  });

  it('do none of what was asked for, and count as failures', async () => {
    server.fail({ kind: 'graphqlErrors', count: 1 });
    const create = { query: 'mutation { createMessage(text: "a") { id } }' };
    await ask({}, create);

    expect(await jsonOf(ask({}, create))).toEqual({ data: { createMessage: { id: '1' } } });
    expect(server.stats.faults).toMatchObject({ graphqlErrors: 1 });
    expect(server.journal.entries()).toMatchObject([
      { outcome: 'failed', status: 200, faults: ['graphqlErrors'] },
      { outcome: 'answered' },
    ]);
  });

  it('answer each operation of a batch, and no more than a batch may have', async () => {
    server.fail({ kind: 'graphqlErrors' });

    expect(await jsonOf(ask({}, [{ query: '{ hello }' }, { query: '{ hello }' }]))).toMatchObject([
      { data: null },
      { data: null },
    ]);
    expect(await jsonOf(ask({}, Array(1000).fill(0)))).toHaveLength(10);
  });

  it.each<[string, object]>([
    ['no errors', { errors: [] }],
    ['more than 100', { errors: Array(101).fill({ message: 'no' }) }],
    ['texts', { errors: ['no'] }],
    ['a message that is no text', { errors: [{ message: 1 }] }],
    ['fields that errors do not have', { errors: [{ message: 'no', code: 'NO' }] }],
    ['a path that is no list', { errors: [{ message: 'no', path: 'a' }] }],
    ['what JSON cannot hold', { errors: [{ message: 'no', extensions: { n: 1n } }] }],
  ])('cannot be %s', (_, options) => {
    const rule = 'fault: errors must be a list of 1 to 100 errors';

    expect(() => server.fail({ kind: 'graphqlErrors', ...options })).toThrow(rule);
  });

  it.each<[object, string]>([
    [{ data: 'all' }, "fault: data must be an object that JSON can hold, or null, but got 'all'"],
    [{ data: [1] }, 'fault: data must be an object that JSON can hold, or null'],
    [{ status: 500 }, 'fault: status is no option'],
  ])('refuse %o', (options, message) => {
    expect(() => server.fail({ kind: 'graphqlErrors', ...options })).toThrow(message);
  });

  it('are refused over HTTP with the field that is wrong', async () => {
    const body = JSON.stringify([{ status: 500 }, { kind: 'graphqlErrors', errors: [{}] }]);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/faults`, { method: 'PUT', headers, body });

    expect([answer.status, (await jsonOf(answer)).field]).toEqual([400, '[1].errors']);
  });
});

describe('a GraphQLClient', () => {
  it('sends a query again after an error that may pass', async () => {
    server.fail(failing('SERVICE_UNAVAILABLE', { count: 1 }));

    expect((await clientOf().query('{ hello }')).data).toEqual({ hello: 'hello world' });
    expect(server.journal.seen).toBe(2);
  });

  it('takes an error that will not pass for an answer', async () => {
    server.fail(failing('FORBIDDEN'));

    await expect(clientOf().query('{ hello }')).rejects.toMatchObject({
      code: 'GRAPHQL_FORBIDDEN',
      status: 200,
      errors: [{ message: 'no' }],
    });
    expect(server.journal.seen).toBe(1);
  });

  it('does not send a mutation again', async () => {
    server.fail(failing('TIMEOUT', { count: 1 }));
    const sent = clientOf().mutate('mutation { createMessage(text: "a") { id } }');

    await expect(sent).rejects.toMatchObject({ code: 'GRAPHQL_TIMEOUT', attempt: 1 });
    expect(server.journal.seen).toBe(1);
  });

  it('gives the data that there is beside the errors', async () => {
    server.fail(failing('NOT_FOUND', { data: { a: 1, b: null } }));

    expect(await clientOf().execute({ document: '{ a: hello b: hello }' })).toMatchObject({
      data: { a: 1, b: null },
      firstError: { code: 'NOT_FOUND' },
    });
  });

  it('reads fields of the server that fail in part, alone and in a batch', async () => {
    const client = clientOf({ batch: true });
    const both = await Promise.all([
      client.execute({ document: '{ shaky { good bad(code: "NOT_FOUND") } }' }),
      client.execute({ document: '{ hello }' }),
    ]);

    expect(both).toMatchObject([
      { data: { shaky: { good: 'good', bad: null } }, firstError: { code: 'NOT_FOUND', path: ['shaky', 'bad'] } },
      { data: { hello: 'hello world' }, hasErrors: false },
    ]);
    expect(server.journal.seen).toBe(1);
  });

  it('has one mutation done once, although it sends it twice', async () => {
    server.fail({ kind: 'reset', at: 'body', route: '/graphql', count: 1 });
    const client = clientOf();
    const text = 'mutation { createMessage(text: "a") { id } }';
    const { data } = await client.mutate(text, {}, { idempotencyKey: 'a' });

    expect(data).toEqual({ createMessage: { id: '1' } });
    expect(server.journal.summary({ path: '/graphql' })).toMatchObject({ count: 2, keys: { a: 2 } });
    expect(server.stats.replayed).toBe(1);
  });
});
