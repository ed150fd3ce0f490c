import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRejected } from '../../src/core/index.js';
import {
  ClientClosedError,
  HttpClientError,
  PoolTimeoutError,
  RestClient,
  type RestClientOptions,
} from '../../src/http/index.js';
import { CircuitOpenError } from '../../src/policies/circuit-breaker/index.js';
import { RateLimitedError } from '../../src/policies/rate-limit/index.js';
import { defaultRuntime, protect, Runtime, setDefaultRuntime } from '../../src/runtime/index.js';
import { RecordedEvents } from '../../src/testing/index.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
let other: Origin;
let runtime: Runtime;
const clients: RestClient[] = [];
beforeEach(async () => {
  [origin, other] = await Promise.all([startOrigin(), startOrigin()]);
  runtime = new Runtime();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all([origin, other].map((one) => one[Symbol.asyncDispose]()));
});

function clientOf(options: RestClientOptions = {}, ...replies: Reply[]): RestClient {
  origin.replies = replies;
  const own = new RestClient({ name: 'shop', baseURL: origin.url, runtime, retry: false, ...options });
  clients.push(own);
  return own;
}

const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('the request succeeded'),
    (error) => error,
  );

describe('the circuit of a client', () => {
  const circuitBreaker = { failureThreshold: 2, openFor: '1m' } as const;

  it('leaves a host alone that fails, and says so with the facts of the request', async () => {
    const client = clientOf({ circuitBreaker }, 503);
    for (let i = 0; i < 2; i++) await outcomeOf(client.get('/'));
    const error = await outcomeOf(client.get('/items/{id}', { params: { id: 7 } }));

    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error).toBeInstanceOf(HttpClientError);
    expect(isRejected(error)).toBe(true);
    expect(error).toMatchObject({
      ...{ type: 'circuitOpen', service: 'shop', method: 'GET', url: `${origin.url}/items/7` },
      ...{ endpoint: 'GET /items/{id}', attempt: 1, maxAttempts: 1, requestId: expect.any(String) },
    });
    expect(error.retryAfter).toBeGreaterThan(50_000);
    expect(origin.received).toHaveLength(2);
  });

  it('is another one for each host', async () => {
    const client = clientOf({ circuitBreaker, baseURL: undefined as never }, 503);
    for (let i = 0; i < 3; i++) await outcomeOf(client.get(`${origin.url}/`));

    expect((await client.get(`${other.url}/`)).status).toBe(200);
    expect(origin.received).toHaveLength(2);
  });

  it('is split by a function of yours', async () => {
    const key = (request: { headers: Record<string, string> }) => request.headers['x-tenant'];
    const client = clientOf({ circuitBreaker: { ...circuitBreaker, key } }, 503);
    const get = (tenant: string) => outcomeOf(client.get('/', { headers: { 'x-tenant': tenant } }));
    for (let i = 0; i < 3; i++) await get('a');

    expect(await get('a')).toBeInstanceOf(CircuitOpenError);
    expect(await get('b')).toMatchObject({ status: 503 });
  });

  it('can be passed by, by one request and by all', async () => {
    const client = clientOf({ circuitBreaker }, 503);
    for (let i = 0; i < 3; i++) await outcomeOf(client.get('/', { circuitBreaker: false }));
    expect(await outcomeOf(client.get('/'))).toMatchObject({ status: 503 });
    const without = clientOf({ circuitBreaker: false }, 503);
    for (let i = 0; i < 30; i++) expect(await outcomeOf(without.get('/'))).toMatchObject({ status: 503 });
  });

  it('takes an error of the client for an answer of the server', async () => {
    const client = clientOf({ circuitBreaker }, 404);
    for (let i = 0; i < 5; i++) expect(await outcomeOf(client.get('/'))).toMatchObject({ status: 404 });
  });

  it('opens by default once half of at least 20 requests failed', async () => {
    const client = clientOf({}, 503);
    for (let i = 0; i < 20; i++) expect(await outcomeOf(client.get('/'))).toMatchObject({ status: 503 });

    expect(await outcomeOf(client.get('/'))).toBeInstanceOf(CircuitOpenError);
  });

  it('stays open until the server said to come back', async () => {
    const client = clientOf({}, { status: 503, headers: { 'retry-after': '60' } });
    for (let i = 0; i < 20; i++) await outcomeOf(client.get('/'));
    const { retryAfter } = await outcomeOf(client.get('/'));

    expect(retryAfter).toBeGreaterThan(55_000);
    expect(retryAfter).toBeLessThanOrEqual(60_000);
  });

  it('has nothing to do with one of the same name above a method', async () => {
    const client = clientOf({ name: 'github' }, 503);
    const policies = {
      circuitBreaker: { name: 'github', failureThreshold: 3 },
      bulkhead: { name: 'github', maxConcurrent: 5 },
    };
    const call = protect(() => client.get('/'), policies, { runtime });
    for (let i = 0; i < 3; i++) await outcomeOf(call());

    expect(await outcomeOf(call())).toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN', circuit: 'github' });
  });

  it('is found in the registry of the runtime, under the name of the client', async () => {
    await clientOf({ circuitBreaker }, 200).get('/');

    expect(runtime.circuits.find('http:shop')).toBeDefined();
    expect(runtime.bulkheads.find('http:shop')).toBeDefined();
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['shop']);
  });
});

describe('the limiter of a client', () => {
  it('holds for each host by itself', async () => {
    const client = clientOf({ rateLimit: { limit: 1, per: '1m' }, baseURL: undefined as never });
    await client.get(`${origin.url}/`);
    const error = await outcomeOf(client.get(`${origin.url}/`));

    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ type: 'rateLimit', url: `${origin.url}/` });
    expect((await client.get(`${other.url}/`)).status).toBe(200);
  });
});

describe('the pool of a client', () => {
  it('bounds what is under way, and tells who waited in vain', async () => {
    const client = clientOf({ pool: { size: 2 }, timeout: { pool: 40 } }, { hang: true });
    const held = [client.get('/'), client.get('/')].map((one) => one.catch((error: unknown) => error));
    const error = await outcomeOf(client.get('/'));

    expect(error).toBeInstanceOf(PoolTimeoutError);
    expect(error).toBeInstanceOf(HttpClientError);
    expect(isRejected(error)).toBe(true);
    expect(error).toMatchObject({ type: 'timeout', phase: 'pool', service: 'shop', timeout: expect.any(Number) });
    await vi.waitFor(() => expect(origin.received).toHaveLength(2));
    client.close();
    await Promise.all(held);
  });

  it('refuses at once when as many wait as may', async () => {
    const client = clientOf({ pool: { size: 1, maxQueue: 0 } }, { hang: true });
    const held = client.get('/').catch(() => undefined);

    expect(await outcomeOf(client.get('/'))).toMatchObject({ code: 'HOLDFAST_BULKHEAD_FULL', service: 'shop' });
    client.close();
    await held;
  });
});

describe('a client that is closed', () => {
  it.each<[string, RestClientOptions, Reply]>([
    ['under way', {}, { hang: true }],
    ['waiting for its next attempt', { retry: { delay: '10s', jitter: 'none', budget: false } }, 503],
  ])('ends a request that is %s', async (_, options, reply) => {
    const client = clientOf(options, reply);
    const ended = outcomeOf(client.get('/'));
    await vi.waitFor(() => expect(origin.received).toHaveLength(1));
    client.close();

    expect(await ended).toBeInstanceOf(ClientClosedError);
    expect(await outcomeOf(client.get('/'))).toMatchObject({ code: 'HTTP_CLIENT_CLOSED', type: 'closed' });
  });

  it('ends those that wait for a connection', async () => {
    const client = clientOf({ pool: { size: 1 } }, { hang: true });
    const ended = [client.get('/'), client.get('/')].map(outcomeOf);
    await vi.waitFor(() => expect(origin.received).toHaveLength(1));
    client.close();

    for (const error of await Promise.all(ended)) expect(error).toBeInstanceOf(ClientClosedError);
    await vi.waitFor(() => expect(origin.connections).toBe(0));
  });
});

describe('the runtime of a client', () => {
  afterEach(() => setDefaultRuntime(undefined));

  it('is the default one where nobody says otherwise', async () => {
    const client = clientOf({ runtime: undefined as never });
    await client.get('/');

    expect([...defaultRuntime().methods()].map(({ site }) => site)).toContain('shop');
  });

  it('is that of the protected call that it is used in', async () => {
    const client = clientOf({ runtime: undefined as never });
    const events = new RecordedEvents(runtime);
    await protect(async () => client.get('/'), {}, { id: 'Shop.get', runtime })();

    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['Shop.get', 'shop']);
    expect(events.of('http.requested')).toMatchObject([{ site: 'Shop.get', service: 'shop' }]);
  });

  it('is another one once that is disposed', async () => {
    const client = clientOf({ runtime: undefined as never });
    await protect(async () => client.get('/'), {}, { runtime })();
    await runtime.dispose();

    expect((await client.get('/')).status).toBe(200);
  });

  it('of its own, once disposed, refuses', async () => {
    const client = clientOf();
    await runtime.dispose();

    expect(await outcomeOf(client.get('/'))).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
  });
});

describe('wrong policies', () => {
  it.each<[RestClientOptions, string]>([
    [{ retry: { maxAttempts: 0 } }, 'RestClient: retry.maxAttempts must be a whole number from 1 to 100, but got 0'],
    [{ retry: { tries: 3 } as never }, 'RestClient: retry.tries is no option'],
    [
      { circuitBreaker: { failureRate: 2 } },
      'RestClient: circuitBreaker.failureRate must be a rate above 0 and at most 1',
    ],
    [{ rateLimit: { per: '1s' } as never }, 'RestClient: rateLimit.limit must be given'],
    [{ pool: { size: 0 } }, 'RestClient: pool.size must be a whole number of at least 1, or Infinity, but got 0'],
    [{ timeout: { conect: 1 } as never }, 'RestClient: timeout.conect is no option'],
    [{ timeout: -1 }, 'RestClient: timeout must be a duration'],
    [{ middleware: ['x'] as never }, 'RestClient: middleware must be a list of functions'],
    [{ dedup: { methods: [7] } as never }, 'RestClient: dedup.methods must be a list of HTTP methods'],
    [{ mapErrors: { 404: 'x' } as never }, 'RestClient: mapErrors.404 must be a function'],
    [{ maxBytes: 0 }, 'RestClient: maxBytes must be a whole number of bytes'],
    [{ auth: { beerer: 't0p' } as never }, 'RestClient: auth must be a function, or an object'],
    [{ requestId: 7 as never }, 'RestClient: requestId must be a function that returns a text, or false'],
  ])('are found when the client is made: %j', (options, message) => {
    expect(() => new RestClient({ name: 'shop', ...options })).toThrow(message);
  });
});

describe('clients of one name in a runtime', () => {
  const circuitBreaker = { failureThreshold: 2, openFor: '1m' } as const;

  it('share a circuit and a limiter, so that one for each request is protected, too', async () => {
    for (let i = 0; i < 2; i++) await outcomeOf(clientOf({ circuitBreaker }, 503).get('/'));

    expect(await outcomeOf(clientOf({ circuitBreaker }).get('/'))).toBeInstanceOf(CircuitOpenError);
  });

  it('leave nothing behind in the runtime, so that there may be one for each request', async () => {
    for (let i = 0; i < 5; i++) {
      const own = clientOf({ circuitBreaker: { ...circuitBreaker }, rateLimit: { limit: 100, per: '1m' } });
      await own.get('/');
      await own.get('/', { circuitBreaker: false });
      own.close();
    }

    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['shop', 'shop.withoutCircuit']);
  });

  it('send each by itself what they share the policies for', async () => {
    const tagged = (tag: string) =>
      clientOf({ dedup: true, middleware: [(request, next) => next(request.with({ headers: { 'x-tag': tag } }))] });
    await Promise.all(['a', 'b'].map((tag) => tagged(tag).get('/')));

    expect(origin.received.map(({ headers }) => headers['x-tag']).sort()).toEqual(['a', 'b']);
    expect([...runtime.methods()]).toHaveLength(1);
  });

  it('have policies of their own where they ask for others', async () => {
    for (const maxAttempts of [1, 2, 1]) {
      const counted = clientOf({ retry: { maxAttempts, delay: 1, budget: false } }, 503);
      await outcomeOf(counted.get('/'));
      counted.close();
    }

    expect(origin.received).toHaveLength(4);
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['shop', 'shop#2']);
  });

  it('that want different circuits are told so', async () => {
    await clientOf({ circuitBreaker }).get('/');

    expect(
      await outcomeOf(clientOf({ circuitBreaker: { ...circuitBreaker, failureThreshold: 3 } }).get('/')),
    ).toMatchObject({
      code: 'HOLDFAST_INVALID_OPTIONS',
      message: expect.stringMatching(/failureThreshold/),
    });
  });

  it('that have none share nothing', async () => {
    const nameless = () => {
      const own = new RestClient({ baseURL: origin.url, runtime, retry: false, circuitBreaker });
      clients.push(own);
      return own;
    };
    origin.replies = [503];
    const first = nameless();
    for (let i = 0; i < 3; i++) await outcomeOf(first.get('/'));

    expect(await outcomeOf(nameless().get('/'))).toMatchObject({ status: 503 });
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['http', 'http.2']);
  });

  it('count a request that passes by the circuit in the limiter and in the pool', async () => {
    const client = clientOf({ rateLimit: { limit: 1, per: '1m' } });
    await client.get('/', { circuitBreaker: false });

    expect(await outcomeOf(client.get('/'))).toBeInstanceOf(RateLimitedError);
  });
});
