import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type HttpError,
  MalformedBodyError,
  type RestClient,
  type RestClientOptions,
  ValidationError,
} from '../../src/http/index.js';
import { clientsOf } from './clients.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, { retry: false });

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('the request succeeded'),
    (error) => error,
  );

/** All that a log may make of an error. */
const printed = (error: Error) =>
  [inspect(error, { depth: 9 }), JSON.stringify(error), error.message, error.stack].join();

/** A schema that says what it got, as some do. */
function telling(name: string) {
  const issues = (input: unknown) => [
    { message: `Expected number but received ${inspect(input)}`, input, path: [{ key: name, value: input, input }] },
  ];
  return {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ issues: issues(value) }) },
  } as const;
}

describe('an error tells no secret', () => {
  const problem = { 'content-type': 'application/problem+json' };
  const json = { 'content-type': 'application/json' };

  it.each<[string, RestClientOptions, Reply, (client: RestClient) => Promise<unknown>]>([
    ['that is a key in a parameter of any name', { auth: { apiKey: 't0p', query: 'app' } }, 404, (to) => to.get('/')],
    ['in the path', {}, 404, (to) => to.get('/bot{token}/send', { params: { token: 't0p' } })],
    ['in the path, by a name of yours', { redact: ['bot'] }, 404, (to) => to.get('/{bot}', { params: { bot: 't0p' } })],
    ['in an endpoint', {}, 404, (to) => to.get('/{id}?token=t0p', { params: { id: 1 } })],
    ['in a text', {}, { status: 400, body: 'error=x&access_token=t0p' }, (to) => to.get('/')],
    ['in problem details', {}, { status: 400, headers: problem, body: { token: 't0p' } }, (to) => to.get('/')],
    [
      'in where it was sent on to',
      { maxRedirects: 0 },
      { status: 302, headers: { location: '/?token=t0p' } },
      (to) => to.get('/'),
    ],
    ['in a body that is no JSON', {}, { headers: json, body: 't0p' }, (to) => to.get('/')],
    [
      'in data that a schema rejects',
      {},
      { body: { password: 't0p' } },
      (to) => to.get('/', { schema: telling('password') as never }),
    ],
    [
      'in data that are secret by a name of yours',
      { redact: ['pin'] },
      { body: { pin: 't0p' } },
      (to) => to.get('/', { schema: telling('pin') as never }),
    ],
  ])('%s', async (_, options, reply, ask) => {
    const error = await errorOf(ask(clientOf(options, reply)));

    expect(printed(error)).not.toContain('t0p');
    expect(origin.received).toHaveLength(1);
  });

  it('and still has all of it for those who ask', async () => {
    const rejected = await errorOf(clientOf({}, { body: { a: 't0p' } }).get('/', { schema: telling('a') as never }));
    const answered = await errorOf(
      clientOf({}, { status: 400, headers: problem, body: { token: 't0p', left: 3 } }).get('/'),
    );

    expect((rejected as ValidationError).issues[0]).toMatchObject({ input: { a: 't0p' } });
    expect((answered as HttpError).body).toEqual({ token: 't0p', left: 3 });
    expect((answered as HttpError).problem?.extensions).toEqual({ token: '[redacted]', left: 3 });
  });
});

describe('the message of an error', () => {
  it('is one line of bounded length, whatever the server writes', async () => {
    const body = { title: `Out of credit\r\nERROR all is lost ${'x'.repeat(5000)}` };
    const error = await errorOf(
      clientOf({}, { status: 403, headers: { 'content-type': 'application/problem+json' }, body }).get('/'),
    );

    expect(error.message).toContain('was answered with 403 Forbidden: Out of credit ERROR all is lost xxx');
    expect(error.message.length).toBeLessThan(400);
  });

  it('names as many issues as one can read', async () => {
    const issues = Array.from({ length: 1000 }, (_, i) => ({ message: `${'no '.repeat(100)}`, path: ['list', i] }));
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } } as const;
    const error = await errorOf(clientOf({}, 200).get('/', { schema: schema as never }));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error.message).toMatch(/list\.0: no no .*…; list\.1: .*; and 990 more$/);
    expect(error.message.length).toBeLessThan(3000);
  });

  it('says why a body is no JSON', async () => {
    const error = await errorOf(
      clientOf({}, { headers: { 'content-type': 'application/json' }, body: '{"a":1,}' }).get('/'),
    );

    expect(error).toBeInstanceOf(MalformedBodyError);
    expect(error.cause).toBeInstanceOf(SyntaxError);
    expect(error.cause.message).toMatch(/JSON at position 7/);
  });
});
