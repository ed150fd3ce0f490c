import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isPermanent, isTransient, TimeoutError } from '../../src/core/index.js';
import { type FaultServer, type OwnAnswer, startFaultServer } from '../../src/fault-server/index.js';
import { HttpClientError, HttpError, MalformedBodyError, NetworkError, RestClient } from '../../src/http/index.js';

/** What is looked at here is one attempt. */
const bare = { retry: false, circuitBreaker: false } as const;

let server: FaultServer;
let client: RestClient;
beforeAll(async () => {
  server = await startFaultServer();
  client = new RestClient({ name: 'msg', baseURL: server.url, ...bare });
});
beforeEach(() => {
  server.heal();
  server.resetAnswers();
});
afterAll(async () => {
  client.close();
  await server.close();
});

describe('an answer with an error status', () => {
  it('rejects with all that the server said', async () => {
    server.fail({ status: 429, retryAfter: 2, headers: { 'X-Limit': '10' }, body: { error: 'slow down' } });
    const error = await failure(client.post('/msg', { headers: { 'x-request-id': 'r1' } }));

    expect(error).toBeInstanceOf(HttpError);
    expect(error).toBeInstanceOf(HttpClientError);
    expect(error).toMatchObject({
      ...{
        name: 'RateLimitError',
        message: `POST ${server.url}/msg was answered with 429 Too Many Requests`,
        code: 'HTTP_429',
      },
      ...{ status: 429, statusCode: 429, service: 'msg', method: 'POST', url: `${server.url}/msg`, requestId: 'r1' },
      ...{ headers: { 'x-limit': '10', 'retry-after': '2' }, body: { error: 'slow down' }, retryAfter: 2000 },
    });
    expect(error.cause).toBeUndefined();
  });

  it.each([301, 304, 400, 401, 404, 408, 409, 425, 429, 500, 501, 502, 503, 504])(
    'is marked by its status, %i',
    async (status) => {
      server.fail({ status });
      const error = await failure(client.get('/msg'));
      const transient = [408, 425, 429, 500, 502, 503, 504].includes(status);

      expect(error).toMatchObject({ status });
      expect([isTransient(error), isPermanent(error)]).toEqual([transient, !transient]);
    },
  );

  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['abc', undefined],
    ['-5', undefined],
  ])('says how long to wait: %s', async (value, retryAfter) => {
    server.fail({ status: 503, headers: { 'retry-after': value } });

    expect(await failure(client.get('/msg'))).toMatchObject({ retryAfter });
  });

  it('says how long to wait until a date', async () => {
    server.fail({ status: 503, retryAfter: new Date(Date.now() + 5000).toUTCString() });
    const { retryAfter } = (await failure(client.get('/msg'))) as HttpError;

    expect(retryAfter).toBeGreaterThan(3500);
    expect(retryAfter).toBeLessThanOrEqual(5000);
  });

  it('keeps a body as text when it is not what it says', async () => {
    server.fail({ status: 502, headers: { 'content-type': 'text/html' }, body: 'Bad Gateway' });
    expect(await failure(client.get('/msg'))).toMatchObject({ body: '"Bad Gateway"' });
    server.heal();
    server.answer('GET /msg', { status: 500, headers: { 'content-type': 'application/json' }, body: '<p>!' });
    expect(await failure(client.get('/msg'))).toMatchObject({ status: 500, body: '<p>!' });
  });
});

describe('a failing network', () => {
  it('rejects when nobody listens', async () => {
    await using gone = await startFaultServer();
    await gone.close();
    const error = await failure(clientOf(gone.url).get('/msg'));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ name: 'NetworkError', code: 'ECONNREFUSED', method: 'GET', url: `${gone.url}/msg` });
    expect(error.message).toBe(`GET ${gone.url}/msg failed: connect ECONNREFUSED 127.0.0.1:${gone.port}`);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
    expect(isTransient(error)).toBe(true);
  });

  it.each(['start', 'body'] as const)('rejects when the connection is reset at the %s of the answer', async (at) => {
    server.fail({ kind: 'reset', at });
    const error = await failure(client.get('/msg'));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'ECONNRESET', url: `${server.url}/msg` });
    expect(isTransient(error)).toBe(true);
  });

  it('rejects when the answer ends before it is complete', async () => {
    server.fail({ kind: 'truncate' });

    expect(await failure(client.get('/msg'))).toMatchObject({
      code: 'ECONNRESET',
      message: `GET ${server.url}/msg failed: the answer broke off`,
    });
  });

  it('rejects when the answer is no HTTP', async () => {
    server.fail({ kind: 'malformed', part: 'garbage' });

    expect(await failure(client.get('/msg'))).toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
  });

  it('rejects when what says that it is compressed is not', async () => {
    server.answer('GET /msg', { headers: { 'content-encoding': 'gzip' }, body: 'blah' });

    expect(await failure(client.get('/msg'))).toMatchObject({ name: 'NetworkError', code: 'Z_DATA_ERROR' });
  });

  it('rejects for good when a certificate is not to be trusted', async () => {
    await using secure = await startFaultServer({ tls: true });
    secure.fail({ kind: 'tls', failure: 'selfSigned' });
    const error = await failure(clientOf(secure.url).get('/msg'));

    expect(error).toMatchObject({ name: 'NetworkError', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(isPermanent(error)).toBe(true);
  });

  it('rejects for good when the server does not speak TLS', async () => {
    const error = await failure(clientOf(server.url.replace('http:', 'https:')).get('/'));

    expect(error).toMatchObject({ name: 'NetworkError', code: expect.stringMatching(/^(?:EPROTO|ERR_SSL_)/) });
    expect(isPermanent(error)).toBe(true);
  });

  it('rejects for good when redirects go round in circles', async () => {
    server.fail({ status: 302, headers: { location: '/msg' } });
    const error = await failure(client.get('/msg'));

    expect(error).toMatchObject({ name: 'RedirectError', code: 'HTTP_REDIRECT', type: 'http' });
    expect(isPermanent(error)).toBe(true);
  });

  it('rejects for good when a redirect leads to another protocol', async () => {
    server.fail({ status: 302, headers: { location: 'ftp://127.0.0.1/msg' } });

    expect(isPermanent(await failure(client.get('/msg')))).toBe(true);
  });
});

describe('a body that is no JSON although it says so', () => {
  it('rejects instead of being taken for data', async () => {
    server.fail({ status: 200, headers: { 'content-type': 'application/json' }, body: 'x' });
    server.answer('GET /broken', { headers: { 'content-type': 'application/json' }, body: '{"a":' });
    const text = await client.get('/msg');
    server.heal();
    const error = await failure(client.get('/broken'));

    expect(text.data).toBe('x');
    expect(error).toBeInstanceOf(MalformedBodyError);
    expect(error).toMatchObject({
      status: 200,
      message: `GET ${server.url}/broken was answered with 200 and a body that is no JSON`,
    });
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });
});

describe('time that runs out', () => {
  it.each<[string, () => void]>([
    ['hangs', () => server.fail({ kind: 'hang' })],
    ['is slow', () => server.fail({ kind: 'latency', latency: 5000 })],
  ])('rejects while the server %s, and the server notices', async (_, fail) => {
    fail();
    const { abandoned } = server.stats;
    const before = performance.now();
    const error = await failure(client.get('/msg', { timeout: 60 }));

    expect(performance.now() - before).toBeGreaterThanOrEqual(59);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toBeInstanceOf(HttpClientError);
    expect(error).toMatchObject({ scope: 'total', after: 60, type: 'timeout', url: `${server.url}/msg` });
    await vi.waitFor(() => expect(server.stats).toMatchObject({ abandoned: abandoned + 1, inFlight: 0 }));
  });

  it('covers the body', async () => {
    let begun = false;
    server.answer('GET /msg', () => {
      begun = true;
      return halfOfIt();
    });

    expect(await failure(client.get('/msg', { timeout: 200 }))).toMatchObject({ scope: 'total', after: 200 });
    expect(begun).toBe(true);
  });

  it.each([0, Number.POSITIVE_INFINITY])('does not when the timeout is %s', async (timeout) => {
    server.fail({ kind: 'latency', latency: 60 });

    expect((await clientOf(server.url, 30).get('/msg', { timeout })).status).toBe(200);
  });
});

describe('a caller who leaves', () => {
  it('gets the very reason of their signal, and the server notices', async () => {
    server.fail({ kind: 'hang' });
    const { abandoned } = server.stats;
    const controller = new AbortController();
    const reason = { why: 'no longer needed' };
    const rejected = expect(client.get('/msg', { signal: controller.signal })).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    controller.abort(reason);

    await rejected;
    await vi.waitFor(() => expect(server.stats).toMatchObject({ abandoned: abandoned + 1, inFlight: 0 }));
  });

  it('gets it amid the body, too', async () => {
    server.answer('GET /msg', halfOfIt);
    const controller = new AbortController();
    const rejected = expect(client.get('/msg', { signal: controller.signal })).rejects.toBe('enough');
    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, concurrency: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort('enough');

    await rejected;
  });

  it('sends nothing when the signal was aborted before', async () => {
    const { requests } = server.stats;
    const reason = new Error('too late');

    await expect(client.get('/msg', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.stats.requests).toBe(requests);
  });

  it('leaves nothing on a signal that lives on', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    server.fail({ count: 1 });
    await Promise.allSettled([1, 2, 3].map(() => client.get('/msg', { signal })));

    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  });
});

describe('secrets', () => {
  const secrets = {
    headers: { authorization: 'Bearer t0p', 'x-api-key': 't0p', cookie: 'id=t0p' },
    query: { api_key: 't0p', page: 2 },
  };

  it.each<[string, () => void]>([
    ['a status', () => server.fail({ status: 403, headers: { 'set-cookie': 'id=t0p', 'x-auth-token': 't0p' } })],
    ['a reset', () => server.fail({ kind: 'reset' })],
    ['a broken body', () => server.fail({ kind: 'reset', at: 'body' })],
    ['a timeout', () => server.fail({ kind: 'hang' })],
    ['a circle of redirects', () => server.fail({ status: 302, headers: { location: '/msg?token=t0p' } })],
  ])('do not show in the error after %s', async (_, fail) => {
    fail();
    using own = new RestClient({ baseURL: server.url.replace('//', '//user:t0p@'), timeout: 200, ...bare });
    const error = await failure(own.get('/msg', { ...secrets, headers: secrets.headers }));

    expect(error).toBeInstanceOf(HttpClientError);
    expect(error.url).toBe(`${server.url}/msg?api_key=[redacted]&page=2`);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('t0p');
    expect(JSON.stringify(error)).not.toContain('t0p');
    expect(String(error.stack)).not.toContain('t0p');
  });
});

describe('an error of the client', () => {
  it('points at the code that made the request', async () => {
    server.fail({});

    const asked = async () => void (await client.get('/msg'));

    expect((await failure(asked())).stack).toMatch(/asked .*rest-client-failures\.test/);
  });
});

async function failure(promise: Promise<unknown>): Promise<HttpClientError> {
  return promise.then(
    () => expect.fail('the request succeeded'),
    (error) => error,
  );
}

const clients: RestClient[] = [];
afterAll(() => {
  for (const own of clients) own.close();
});

function clientOf(baseURL: string, timeout: RestClientTimeout = '5s'): RestClient {
  const own = new RestClient({ baseURL, timeout, ...bare });
  clients.push(own);
  return own;
}

type RestClientTimeout = NonNullable<NonNullable<ConstructorParameters<typeof RestClient>[0]>['timeout']>;

/** An answer of which only the beginning ever comes. */
function halfOfIt(): OwnAnswer {
  const body = new Readable({ read() {} });
  body.push('half');
  return { headers: { 'content-length': 100 }, body };
}
