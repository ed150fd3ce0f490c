import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPermanent, isTransient } from '../../src/core/index.js';
import {
  GraphQLClient,
  type GraphQLClientOptions,
  GraphQLRequestError,
  MalformedAnswerError,
} from '../../src/graphql/index.js';
import { HttpClientError } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { type GraphQLServer, startGraphQLServer } from './server/graphql-server.js';
import { answering } from './server/instead.js';

const json = 'application/json';
const graphqlJson = 'application/graphql-response+json';

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
  const created = new GraphQLClient({ url: server.url, retry: { maxAttempts: 3, delay: 1 }, ...options });
  clients.push(created);
  return created;
}

async function failureOf(promise: Promise<unknown>): Promise<any> {
  return promise.then(
    () => expect.fail('it was expected to reject'),
    (error) => error,
  );
}

const fail = 'query Fail($code: String!, $times: Int, $extra: Int) { fail(code: $code, times: $times, extra: $extra) }';

describe('an answer with errors', () => {
  it('rejects with what the server told, and with the partial data', async () => {
    const error = await failureOf(client.query('query Half { half(code: "NOT_FOUND") { good bad } }'));

    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect(error).toBeInstanceOf(HttpClientError);
    expect(error).toMatchObject({
      ...{ name: 'GraphQLRequestError', type: 'graphql', code: 'GRAPHQL_NOT_FOUND', status: 200, attempt: 1 },
      ...{ service: 'http', method: 'POST', url: server.url, endpoint: 'query Half', retryAfter: undefined },
    });
    expect(error.message).toBe(
      `POST ${server.url} (query Half) was answered with an error: failed with NOT_FOUND (NOT_FOUND at half.bad)`,
    );
    expect(error.data).toEqual({ half: { good: 'good', bad: null } });
    expect(error.firstError).toMatchObject({
      message: 'failed with NOT_FOUND',
      code: 'NOT_FOUND',
      path: ['half', 'bad'],
      locations: [{ line: 1, column: 45 }],
    });
    expect(error.firstError.extensions).toEqual({ code: 'NOT_FOUND' });
  });

  it('tells how many there are, and that which says most', async () => {
    const both = '{ one: fail(code: "FORBIDDEN") two: fail(code: "TIMEOUT") }';
    const error = await failureOf(client.query(both));

    expect(error.code).toBe('GRAPHQL_TIMEOUT');
    expect(error.message).toContain('was answered with 2 errors, among them: failed with TIMEOUT (TIMEOUT at two)');
  });

  it('prints no data and no extensions by the way', async () => {
    server.instead.push(
      answering(200, json, {
        data: { me: { token: 'data-secret' } },
        errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', stack: 'extension-secret' } }],
        extensions: { trace: 'trace-secret' },
      }),
    );
    const error = await failureOf(client.query('{ hello }'));

    expect(inspect(error, { depth: 9 })).not.toContain('-secret');
    expect(error.data).toEqual({ me: { token: 'data-secret' } });
    expect(error.extensions).toEqual({ trace: 'trace-secret' });
  });

  it('hides values of variables that are named like secrets in what the server says of them', async () => {
    const error = await failureOf(
      client.query('query ($password: String!) { login(password: $password) }', { password: 'hunter2' }),
    );

    expect(error.firstError.message).toBe('the password [redacted] is wrong');
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  it('hides all that is beneath such a name, and no code', async () => {
    server.instead.push(answering(200, json, { errors: [{ message: 'no alice of NO_SUCH for 12' }] }));
    const variables = { credentials: { user: 'alice', ids: [12] }, code: 'NO_SUCH' };
    const error = await failureOf(client.query('query ($credentials: C, $code: String) { hello }', variables));

    expect(error.firstError.message).toBe('no [redacted] of NO_SUCH for [redacted]');
  });

  it('hides those that the client was told of, at any depth', async () => {
    server.instead.push(answering(200, json, { errors: [{ message: 'bad pin 4711 of [1234]' }] }));
    const variables = { input: { pins: [{ pin: 4711 }, { pin: '1234' }] } };
    const error = await failureOf(made({ redact: ['pin'] }).query('query ($input: I) { hello }', variables));

    expect(error.firstError.message).toBe('bad pin [redacted] of [[redacted]]');
  });

  it('hides them also as JSON shows them', async () => {
    const password = 'a"b\\c\nd';
    server.instead.push(answering(200, json, { errors: [{ message: `no ${JSON.stringify(password)}, ${password}` }] }));
    const error = await failureOf(client.query('query ($password: String!) { hello }', { password }));

    expect(error.firstError.message).toBe('no "[redacted]", [redacted]');
  });

  it('hides them as they were sent, whatever became of the variables', async () => {
    class Login {
      readonly #password = 'hunter2';
      toJSON() {
        return { password: this.#password };
      }
    }
    const told = answering(200, json, { errors: [{ message: 'neither hunter2 nor hunter3' }] });
    server.instead.push((response, asked) => setTimeout(told, 20, response, asked));
    const variables = { login: new Login(), token: 'hunter3' };
    const failing = failureOf(client.query('query ($login: L, $token: String) { hello }', variables));
    variables.token = '';

    expect((await failing).firstError.message).toBe('neither [redacted] nor [redacted]');
  });

  it('has a number for its code as a text', async () => {
    server.instead.push(answering(200, json, { errors: [{ message: 'busy', extensions: { code: 503 } }] }));

    expect(await client.query('{ hello }').catch(String)).toContain('busy (503)');
    server.instead.push(answering(200, json, { errors: [{ message: 'busy', extensions: { code: 503 } }] }));
    expect((await made({ failOn: ['503'] }).query('{ hello }')).data).toEqual({ hello: 'hello world' });
  });

  it('is told by its code alone to those who map errors', async () => {
    class Missing extends Error {}
    const mapping = made({ mapErrors: { GRAPHQL_NOT_FOUND: (error) => new Missing('gone', { cause: error }) } });

    expect(await failureOf(mapping.query(fail, { code: 'NOT_FOUND' }))).toBeInstanceOf(Missing);
  });
});

describe('the policies', () => {
  it.each([
    'INTERNAL_SERVER_ERROR',
    'SERVICE_UNAVAILABLE',
    'TIMEOUT',
    'RATE_LIMITED',
    'THROTTLED',
    'TOO_MANY_REQUESTS',
  ])('take %s for a failure, which is repeated', async (code) => {
    const { data } = await client.query(fail, { code, times: 2 });

    expect(data).toEqual({ fail: 'at last' });
    expect(server.asked).toHaveLength(3);
  });

  it.each(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'SOMETHING_ELSE'])(
    'take %s for an answer, which is not',
    async (code) => {
      const error = await failureOf(client.query(fail, { code }));

      expect(isPermanent(error)).toBe(true);
      expect(server.asked).toHaveLength(1);
    },
  );

  it('repeat no document that the server finds invalid', async () => {
    const error = await failureOf(client.query('{ nothing }'));

    expect(error).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED', status: 400 });
    expect(error.firstError.locations).toEqual([{ line: 1, column: 3 }]);
    expect(server.asked).toHaveLength(1);
  });

  it('give the last error when all attempts failed', async () => {
    const error = await failureOf(client.query(fail, { code: 'TIMEOUT' }));

    expect(error).toMatchObject({ code: 'GRAPHQL_TIMEOUT', attempt: 3, maxAttempts: 3 });
    expect(isTransient(error)).toBe(true);
    expect(server.asked).toHaveLength(3);
  });

  it.each<[string, NonNullable<GraphQLClientOptions['failOn']>]>([
    ['by a list of further codes', ['DATABASE_DOWN']],
    ['by a test', ({ code }) => code === 'DATABASE_DOWN'],
  ])('are told what else is a failure: %s', async (_, failOn) => {
    await made({ failOn }).query(fail, { code: 'DATABASE_DOWN', times: 2 });
    expect(server.asked).toHaveLength(3);

    const timedOut = made({ failOn }).query(fail, { code: 'TIMEOUT', times: 1 });
    if (failOn instanceof Function) expect(isPermanent(await failureOf(timedOut))).toBe(true);
    else expect((await timedOut).data).toEqual({ fail: 'at last' });
  });

  it('leave to the codes what a test says undefined to', async () => {
    await made({ failOn: () => undefined }).query(fail, { code: 'TIMEOUT', times: 1 });

    expect(server.asked).toHaveLength(2);
  });

  it('open the circuit by codes of failures, and by no others', async () => {
    const runtime = new Runtime();
    const guarded = made({ runtime, retry: false, circuitBreaker: { failureThreshold: 2 } });
    for (let i = 0; i < 5; i++) await failureOf(guarded.query(fail, { code: 'FORBIDDEN' }));
    for (let i = 0; i < 2; i++) await failureOf(guarded.query(fail, { code: 'TIMEOUT' }));

    expect(await failureOf(guarded.query(fail, { code: 'NOT_FOUND' }))).toMatchObject({
      code: 'HOLDFAST_CIRCUIT_OPEN',
    });
    expect(server.asked).toHaveLength(7);
    await runtime.dispose();
  });

  it.each([
    ['seconds in its extensions', { retryAfter: 0.2 }, {}],
    ['seconds as a text', { retryAfter: '1' }, {}],
    ['milliseconds in its extensions', { retryAfterMs: 200 }, {}],
    ['the header field that Apollo puts there', { http: { headers: { 'retry-after': '1' } } }, {}],
    ['the header field of the answer', {}, { 'retry-after-ms': '200' }],
  ])('wait for as long as an error says by %s', async (_, extensions, headers) => {
    const body = { errors: [{ message: 'slow down', extensions: { code: 'RATE_LIMITED', ...extensions } }] };
    server.instead.push(answering(200, json, body, headers));
    const started = Date.now();
    await client.query('{ hello }');

    expect(Date.now() - started).toBeGreaterThanOrEqual(190);
  });
});

describe('statuses outside 2xx', () => {
  const refusing = (code?: string) => ({ errors: [{ message: 'no', extensions: code === undefined ? {} : { code } }] });

  it.each([
    [500, undefined, 3],
    [503, 'SOMETHING', 3],
    [500, 'BAD_USER_INPUT', 1],
    [429, undefined, 3],
    [400, undefined, 1],
    [400, 'TIMEOUT', 3],
    [422, 'SOMETHING', 1],
  ])('with GraphQL in them count by status and code: %i with %s makes %i attempts', async (status, code, attempts) => {
    for (let i = 0; i < 3; i++) server.instead.push(answering(status, graphqlJson, refusing(code)));
    const error = await failureOf(client.query('{ hello }'));

    expect(error).toMatchObject({ type: 'graphql', status, code: `GRAPHQL_${code ?? 'ERROR'}` });
    expect(error.cause).toBeUndefined(); // it would show the body as it came
    expect(server.asked).toHaveLength(attempts);
  });

  it('have credentials renewed by a 401, and are GraphQL all the same when that does not help', async () => {
    const tokens: string[] = [];
    const bearer = () => {
      tokens.push(`token-${tokens.length}`);
      return tokens.at(-1) as string;
    };
    server.instead.push(answering(401, graphqlJson, refusing('UNAUTHENTICATED')));
    server.instead.push(answering(401, graphqlJson, refusing('UNAUTHENTICATED')));
    const error = await failureOf(made({ auth: { bearer } }).query('{ hello }'));

    expect(error).toMatchObject({ code: 'GRAPHQL_UNAUTHENTICATED', status: 401 });
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-0', 'Bearer token-1']);
  });

  it('without GraphQL are those of HTTP', async () => {
    server.instead.push(answering(404, 'text/html', '<h1>not here</h1>'));

    expect(await failureOf(client.query('{ hello }'))).toMatchObject({ type: 'http', code: 'HTTP_404' });
  });
});

describe('an answer that is no GraphQL', () => {
  it.each([
    ['a page', 'text/html; charset=utf-8', '<h1>Welcome to the hotel</h1>', 'no GraphQL, but text/html; charset=utf-8'],
    ['neither data nor errors', json, {}, 'no GraphQL, but application/json'],
    ['data of null without an error', json, { data: null }, 'no GraphQL, but application/json'],
    ['errors that are no list', json, { data: {}, errors: {} }, 'no GraphQL, but application/json'],
    ['a list', json, [{ data: {} }], 'no GraphQL, but application/json'],
    ['nothing', json, '', 'no GraphQL, but application/json'],
  ])('is a clear error: %s', async (_, type, body, message) => {
    for (let i = 0; i < 3; i++) server.instead.push(answering(200, type, body));
    const error = await failureOf(client.query('query Hello { hello }'));

    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(error).toMatchObject({ type: 'graphql', code: 'GRAPHQL_MALFORMED_ANSWER', status: 200 });
    expect(error.message).toBe(`POST ${server.url} (query Hello) was answered with 200 and ${message}`);
    expect(server.asked).toHaveLength(3);
  });

  it('is read for what can be read in it', async () => {
    const errors = [
      'plain words',
      { message: 5, path: ['a', {}, 0], locations: [{ line: 'x' }], type: 'RATE_LIMITED' },
      null,
    ];
    for (let i = 0; i < 3; i++) server.instead.push(answering(200, json, { errors }));
    const error = await failureOf(client.query('{ hello }'));

    expect(error.errors.map(({ message }: Error) => message)).toEqual([
      'plain words',
      'an error without a message',
      'an error without a message',
    ]);
    expect(error.errors[1]).toMatchObject({ path: ['a', 0], locations: [], code: 'RATE_LIMITED' });
    expect(server.asked).toHaveLength(3);
  });
});

describe('execute', () => {
  it('resolves with partial data and the errors beside it', async () => {
    const result = await client.execute({ document: '{ half(code: "NOT_FOUND") { good bad } }' });

    expect(result.data).toEqual({ half: { good: 'good', bad: null } });
    expect(result.hasErrors).toBe(true);
    expect(result.firstError?.code).toBe('NOT_FOUND');
    expect(result.response).toMatchObject({ status: 200, endpoint: 'query' });
  });

  it('resolves without data where the request was at fault', async () => {
    const result = await client.execute({ document: '{ nothing }' });

    expect(result.data).toBeUndefined();
    expect(result.firstError?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(result.response?.status).toBe(400);
  });

  it('repeats a failure first, then resolves with the partial data of the last attempt', async () => {
    const result = await client.execute({ document: '{ half(code: "TIMEOUT") { good bad } }' });

    expect(result.data).toEqual({ half: { good: 'good', bad: null } });
    expect(server.asked).toHaveLength(3);
  });

  it('rejects with a failure that has no data', async () => {
    expect(await failureOf(client.execute({ document: fail, variables: { code: 'TIMEOUT' } }))).toMatchObject({
      code: 'GRAPHQL_TIMEOUT',
    });
  });

  it('resolves also where errors are mapped', async () => {
    const mapping = made({ mapErrors: () => new Error('mine') });

    expect((await mapping.execute({ document: '{ half(code: "NOT_FOUND") { good } missing }' })).hasErrors).toBe(true);
  });

  it("rejects with every error where the policy is 'throw'", async () => {
    const document = '{ half(code: "NOT_FOUND") { good bad } }';

    expect(await failureOf(client.execute({ document, errorPolicy: 'throw' }))).toMatchObject({
      code: 'GRAPHQL_NOT_FOUND',
    });
  });

  it('rejects with what is no answer', async () => {
    for (let i = 0; i < 3; i++) server.instead.push(answering(503, 'text/plain', 'busy'));

    expect(await failureOf(client.execute({ document: '{ hello }' }))).toMatchObject({ code: 'HTTP_503' });
  });

  it('sends mutations too, and no subscriptions', async () => {
    expect((await client.execute({ document: 'mutation { add }' })).data).toEqual({ add: 1 });
    const { message } = await failureOf(client.execute({ document: 'subscription { ticks }' }));
    expect(message).toContain('document must be a query or a mutation; a subscription is for subscribe()');
  });

  it.each([
    [undefined, 'takes an object with a document'],
    [{ document: '{ hello }', errorPolicy: 'all' }, "errorPolicy must be 'throw' or 'partial', but got 'all'"],
  ])('refuses %o', async (request, message) => {
    expect((await failureOf(client.execute(request as never))).message).toContain(message);
  });
});

describe('credentials that a server quotes', () => {
  it.each<[string, boolean, number]>([
    ['in an answer', false, 200],
    ['beside a status', false, 403],
    ['in a batch', true, 200],
  ])('are in no error: %s', async (_, batch, status) => {
    const body = { errors: [{ message: 'bad token Bearer SUPERSECRET', extensions: { code: 'FORBIDDEN' } }] };
    const answer = answering(status, graphqlJson, batch ? [body, body] : body);
    server.instead.push(answer, answer);
    const asking = made({ auth: { bearer: 'SUPERSECRET' }, batch });
    const failures = await Promise.all([1, 2].map(() => failureOf(asking.query('{ hello }'))));

    for (const error of failures) {
      expect(error).toBeInstanceOf(GraphQLRequestError);
      expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain('SUPERSECRET');
      expect(error.message).toContain('bad token [redacted]');
    }
  });
});
