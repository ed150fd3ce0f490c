import { inspect } from 'node:util';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { isPermanent, isTransient, isUnrepeatable } from '../../src/core/index.js';
import {
  ClientError,
  type ErrorMap,
  type HttpClientError,
  HttpError,
  RateLimitError,
  type RequestOptions,
  RestClient,
  type RestClientOptions,
  ServerError,
  ValidationError,
} from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { clientsOf } from './clients.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, { name: 'shop', retry: false });

const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('the request succeeded'),
    (error) => error,
  );

describe('the error for an answer', () => {
  it.each([
    [404, ClientError, 'http'],
    [429, RateLimitError, 'rateLimit'],
    [500, ServerError, 'http'],
    [301, HttpError, 'http'],
  ] as const)('of status %i has a class and a type of its own', async (status, type, name) => {
    const error = await outcomeOf(clientOf({ maxRedirects: 0 }, status).get('/'));

    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ type: name, statusCode: status, code: `HTTP_${status}` });
  });

  it('knows which request it is about', async () => {
    const client = clientOf({ retry: { maxAttempts: 2, delay: 1 } }, 503);
    const before = Date.now();
    const error = await outcomeOf(client.get('/users/{id}/posts', { params: { id: 7 }, query: { api_key: 't0p' } }));

    expect(error).toMatchObject({
      ...{ service: 'shop', method: 'GET', url: `${origin.url}/users/7/posts?api_key=[redacted]` },
      ...{ endpoint: 'GET /users/{id}/posts', attempt: 2, maxAttempts: 2, requestId: expect.any(String) },
    });
    expect(error.duration).toBeGreaterThan(0);
    expect(error.timestamp).toBeGreaterThanOrEqual(before);
    expect(error.timestamp).toBeLessThanOrEqual(Date.now());
  });

  it('reads problem details', async () => {
    const problem = {
      type: 'https://shop.test/out-of-stock',
      title: 'Out of stock',
      status: 409,
      detail: 'none left',
      left: 0,
    };
    const headers = { 'content-type': 'application/problem+json' };
    const error = await outcomeOf(clientOf({}, { status: 409, headers, body: problem }).get('/'));

    expect(error.message).toBe(`GET ${origin.url}/ was answered with 409 Conflict: Out of stock`);
    expect(error.problem).toEqual({
      ...{ type: problem.type, title: 'Out of stock', status: 409, detail: 'none left', instance: undefined },
      extensions: { left: 0 },
    });
  });

  it('has an excerpt of the body without secrets, and the body itself where no log prints it', async () => {
    const body = {
      message: 'no',
      password: 't0p',
      nested: { access_token: 't0p', pin: '1' },
      filler: 'x'.repeat(2000),
    };
    const error = await outcomeOf(clientOf({ redact: ['PIN'] }, { status: 400, body }).get('/'));

    expect(error.body).toEqual(body);
    expect(error.excerpt).toMatch(
      /^\{"message":"no","password":"\[redacted\]","nested":\{"access_token":"\[redacted\]","pin":"\[redacted\]"\}/,
    );
    expect(error.excerpt.length).toBeLessThanOrEqual(1001);
    expect(inspect(error)).not.toContain('t0p');
    expect(JSON.stringify(error)).not.toContain('t0p');
  });

  it.each<[string, RestClientOptions, RequestOptions, string]>([
    ['a key', { auth: { apiKey: 'SUPERSECRET' } }, {}, 'SUPERSECRET'],
    ['a bearer token', { auth: { bearer: 'SUPERSECRET' } }, {}, 'SUPERSECRET'],
    ['a password', { auth: { basic: { username: 'me', password: 'SUPERSECRET' } } }, {}, 'SUPERSECRET'],
    ['what a function gave', { auth: () => ({ 'x-user': 'SUPERSECRET' }) }, {}, 'SUPERSECRET'],
    ['a parameter', {}, { query: { token: 'SUPER"SECRET' } }, 'SUPER"SECRET'],
    ['a cookie', {}, { headers: { cookie: 'SUPERSECRET' } }, 'SUPERSECRET'],
  ])('shows nothing of %s that the server quotes', async (_, options, request, secret) => {
    const headers = { 'x-echo': secret, 'content-type': 'application/problem+json' };
    const body = { title: `no: ${secret}`, detail: secret, seen: [secret] };
    const client = clientOf(options, { status: 403, headers, body }, { status: 403, body: `no: ${secret}` });
    for (const error of [await outcomeOf(client.get('/', request)), await outcomeOf(client.get('/', request))]) {
      expect(inspect(error, { depth: 9 }) + JSON.stringify(error) + error.stack).not.toMatch(/SUPER.{0,2}SECRET/);
      expect(error.excerpt).toContain('no: [redacted]');
    }
  });

  it('hides parameters and header fields that the client was told are secret', async () => {
    const client = clientOf({ redact: ['tenant', /^x-int/i] }, { status: 400, headers: { 'x-internal': 't0p' } });
    const error = await outcomeOf(client.get('/', { query: { TENANT: 't0p', page: 1 } }));

    expect(error.url).toBe(`${origin.url}/?TENANT=[redacted]&page=1`);
    expect(error.headers['x-internal']).toBe('[redacted]');
  });
});

describe('statuses that a request takes for answers', () => {
  it('resolve', async () => {
    const { status, data, isSuccess, isClientError, isServerError } = await clientOf(
      {},
      { status: 404, body: { why: 'gone' } },
    ).get('/', { validateStatus: (given) => given === 404 });

    expect({ status, data, isSuccess, isClientError, isServerError }).toEqual({
      ...{ status: 404, data: { why: 'gone' } },
      ...{ isSuccess: false, isClientError: true, isServerError: false },
    });
  });
});

describe('a schema', () => {
  const body = { id: '7', extra: true };

  it.each([
    ['zod', z.object({ id: z.string().transform(Number) })],
    ['valibot', v.object({ id: v.pipe(v.string(), v.transform(Number)) })],
  ])('of %s gives the data their form and their type', async (_, schema) => {
    const { data } = await clientOf({}, { body }).get('/', { schema });

    expectTypeOf(data).toEqualTypeOf<{ id: number }>();
    expect(data).toEqual({ id: 7 });
  });

  it('that rejects the data says what is wrong, and where', async () => {
    const schema = v.object({ owner: v.object({ name: v.string() }) });
    const error = await outcomeOf(clientOf({}, { body: { owner: { name: 7 } } }).get('/', { schema }));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ type: 'validation', status: 200, issues: [{ path: expect.any(Array) }] });
    expect(error.message).toContain('data that the schema rejects: owner.name: ');
    expect(isPermanent(error)).toBe(true);
  });

  it('that is none is refused before anything is sent', async () => {
    await expect(clientOf().get('/', { schema: {} as never })).rejects.toThrow(
      'schema must be a schema of the Standard Schema',
    );
    expect(origin.received).toHaveLength(0);
  });
});

describe('mapErrors', () => {
  class Domain extends Error {
    readonly by: string;
    constructor(by: string, cause?: unknown) {
      super(by, cause === undefined ? undefined : { cause });
      this.by = by;
    }
  }
  const all = Object.fromEntries(
    [
      '404',
      '4xx',
      '5xx',
      'HTTP_409',
      'ECONNREFUSED',
      'card_declined',
      'nested_code',
      'https://p.test/x',
      'network',
      'rateLimit',
    ].map((name) => [name, () => new Domain(name)]),
  );
  const problem = { headers: { 'content-type': 'application/problem+json' }, body: { type: 'https://p.test/x' } };

  it.each<[string, Reply]>([
    ['404', 404],
    ['4xx', 400],
    ['4xx', 410],
    ['5xx', 503],
    ['HTTP_409', 409],
    ['card_declined', { status: 404, body: { code: 'card_declined' } }],
    ['nested_code', { status: 402, body: { error: { code: 'nested_code' } } }],
    ['https://p.test/x', { status: 404, ...problem }],
    ['4xx', 429],
  ])('finds %s', async (name, reply) => {
    expect(await outcomeOf(clientOf({ mapErrors: all }, reply).get('/'))).toMatchObject({ by: name });
  });

  it('finds a code of the network, and a type', async () => {
    const client = clientOf({ mapErrors: all });
    const byType = clientOf({ mapErrors: { network: () => new Domain('network') } });
    await origin[Symbol.asyncDispose]();

    expect(await outcomeOf(client.get('/'))).toMatchObject({ by: 'ECONNREFUSED' });
    expect(await outcomeOf(byType.get('/'))).toMatchObject({ by: 'network' });
  });

  it('leaves what nobody maps, and what is mapped to nothing, as it is', async () => {
    const maps: ErrorMap[] = [{ 404: () => new Domain('x') }, { 503: () => undefined }, () => undefined];
    for (const mapErrors of maps) {
      expect(await outcomeOf(clientOf({ mapErrors }, 503).get('/'))).toBeInstanceOf(ServerError);
    }
    expect(await outcomeOf(clientOf({ mapErrors: { constructor: all['404'] } as never }, 503).get('/'))).toBeInstanceOf(
      HttpError,
    );
  });

  it('keeps the cause and the marks, so that policies further out judge as before', async () => {
    const mapErrors = (error: HttpClientError) => new Domain(error.code);
    const [gone, down] = [
      await outcomeOf(clientOf({ mapErrors }, 404).post('/')),
      await outcomeOf(clientOf({ mapErrors }, 503).post('/')),
    ];

    expect([gone.cause, down.cause]).toEqual([expect.any(ClientError), expect.any(ServerError)]);
    expect([isPermanent(gone), isTransient(down), isUnrepeatable(down)]).toEqual([true, true, true]);
  });

  it('maps refusals of the client as well', async () => {
    const client = clientOf(
      { circuitBreaker: { failureThreshold: 1 }, mapErrors: { circuitOpen: () => new Domain('down') } },
      503,
    );
    await outcomeOf(client.get('/'));

    expect(await outcomeOf(client.get('/'))).toMatchObject({ by: 'down' });
  });
});

describe('placeholders in a path', () => {
  it.each([
    ['/users/{id}', { id: 7 }, '/users/7'],
    ['/a/{x}/b/{y}', { x: 'ä/b?c#d', y: true }, '/a/%C3%A4%2Fb%3Fc%23d/b/true'],
    ['/{big}', { big: 12345678901234567890n }, '/12345678901234567890'],
    ['/{x}{x}', { x: '..a' }, '/..a..a'],
  ])('%s', async (path, params, url) => {
    await clientOf().get(path, { params });

    expect(origin.received).toMatchObject([{ url }]);
  });

  it.each([
    ['/users/{id}', {}, "params.id must be a text, a number, true or false, not empty, and neither '.' nor '..'"],
    ['/users/{id}', { id: '' }, 'params.id must be'],
    ['/users/{id}', { id: '..' }, 'params.id must be'],
    ['/users/{id}', { id: '.' }, 'params.id must be'],
    ['/users/{id}', { id: Number.NaN }, 'params.id must be'],
    ['/users/{id}', { id: '\ud800' }, 'params.id must be'],
    ['/users/{id}', { id: null }, 'params.id must be'],
    ['/users/{toString}', { id: 1 }, 'params.toString must be'],
    ['/users', { id: 7 }, 'params.id has no placeholder in the path'],
    ['/users', [7], 'params must be an object'],
  ])('%s with %j is refused', async (path, params, message) => {
    await expect(clientOf().get(path, { params: params as never })).rejects.toThrow(message);
    expect(origin.received).toHaveLength(0);
  });

  it('name the endpoint; nothing else of a path does', async () => {
    const endpoints = async (path: string, options = {}) => (await clientOf().get(path, options)).endpoint;

    expect(await endpoints('/users/{id}', { params: { id: 1 } })).toBe('GET /users/{id}');
    expect(await endpoints('/users/1')).toBe('GET');
    expect(await endpoints('/users/1', { params: {} })).toBe('GET');
    expect(await endpoints('/users/{id}?token=t0p#x', { params: { id: 1 } })).toBe('GET /users/{id}');
    const absolute = origin.url.replace('://', '://user:t0p@');
    const anywhere = new RestClient({ runtime: new Runtime() });
    const { endpoint } = await anywhere.get(`${absolute}/{id}`, { params: { id: 1 } });
    anywhere.close();
    expect(endpoint).toBe(`GET ${origin.url}/{id}`);
    expect(await endpoints('/users/1', { endpoint: 'user' })).toBe('user');
  });
});

it('credentials that one request names itself go over those of the client, also after a 401', async () => {
  const client = clientOf({ auth: { bearer: () => `t${origin.received.length}` } }, 401, 200);
  await client.get('/', { headers: { Authorization: 'Bearer mine' } });

  expect(origin.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer mine', 'Bearer mine']);
});
