import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthRequest, HttpClientError, type Middleware } from '../../src/http/index.js';
import { clientsOf } from './clients.js';
import { type Origin, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, { cache: true, retry: false });

const fresh = { headers: { 'cache-control': 'max-age=60' }, body: { list: [1] } };
const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a client with a cache', () => {
  it('answers from it, with data of its own for each caller', async () => {
    const client = clientOf({}, fresh);
    const first = await client.get<{ list: number[] }>('/');
    first.data.list.push(2);
    const second = await client.get<{ list: number[] }>('/');

    expect([first.from, second.from]).toEqual(['network', 'cache']);
    expect(second.data).toEqual({ list: [1] });
    expect(origin.received).toHaveLength(1);
  });

  it('asks whether what it has still holds, and takes a 304 for that', async () => {
    const headers = { 'cache-control': 'no-cache', etag: '"1"' };
    const client = clientOf({}, { headers, body: 'kept' }, { status: 304, headers }, 200);
    await client.get('/');
    const { data, from, status } = await client.get('/');

    expect({ data, from, status }).toEqual({ data: 'kept', from: 'revalidated', status: 200 });
    expect(origin.received[1]?.headers['if-none-match']).toBe('"1"');
  });

  it('asks once where many ask for the same', async () => {
    const client = clientOf({}, fresh);
    await Promise.all(Array.from({ length: 20 }, () => client.get('/')));

    expect(origin.received).toHaveLength(1);
  });

  it('never gives one caller what another was given', async () => {
    const client = clientOf({}, fresh);
    await client.get('/', { headers: { authorization: 'Bearer a' } });
    const { from } = await client.get('/', { headers: { authorization: 'Bearer b' } });

    expect(from).toBe('network');
  });

  it('never gives one caller what another was given, where a function says who asks', async () => {
    let user = 'a';
    const client = clientOf({ auth: () => ({ 'x-user': user }) }, fresh);
    await client.get('/');
    user = 'b';
    expect((await client.get('/')).from).toBe('network');
    user = 'a';
    expect((await client.get('/')).from).toBe('cache');
  });

  it('gives what it has when the server fails, where the server allows it', async () => {
    const headers = { 'cache-control': 'max-age=0, stale-if-error=60' };
    const client = clientOf({ circuitBreaker: { failureThreshold: 1 } }, { headers, body: 'kept' }, 503);
    await client.get('/');

    expect(await client.get('/')).toMatchObject({ data: 'kept', from: 'stale' });
    expect(await client.get('/')).toMatchObject({ data: 'kept', from: 'stale' }); // the circuit is open by now
    expect(origin.received).toHaveLength(2);
  });

  it('forgets what a request changes, whatever statuses that takes for answers', async () => {
    const client = clientOf({}, fresh);
    await client.get('/');
    await client.put('/', { validateStatus: (status) => status < 500 });

    expect((await client.get('/')).from).toBe('network');
  });

  it('heeds the mode of a request', async () => {
    const client = clientOf({}, fresh);
    const miss = await outcomeOf(client.get('/', { cache: 'only-if-cached' }));
    expect(miss).toBeInstanceOf(HttpClientError);
    expect(miss).toMatchObject({ code: 'HOLDFAST_CACHE_MISS', type: 'cache', method: 'GET' });
    await client.get('/');

    expect((await client.get('/', { cache: false })).from).toBe('network');
    expect((await client.get('/', { cache: 'reload' })).from).toBe('network');
    expect((await client.get('/', { cache: 'only-if-cached' })).from).toBe('cache');
  });

  it('keeps streams, and gives them as streams', async () => {
    const client = clientOf({}, { ...fresh, body: 'x'.repeat(100_000) });
    const first = await client.stream('GET', '/');
    expect((await buffer(first.data)).length).toBe(100_000);
    const second = await client.stream('GET', '/');

    expect((await buffer(second.data)).length).toBe(100_000);
    expect(second.from).toBe('cache');
    expect((await client.get('/')).data).toHaveLength(100_000);
    expect(origin.received).toHaveLength(1);
  });

  it('renews a stale answer behind its callers', async () => {
    const headers = { 'cache-control': 'max-age=0, stale-while-revalidate=60' };
    const client = clientOf({}, { headers, body: 'old' }, { headers, body: 'new' });
    await client.get('/');
    expect(await client.get('/')).toMatchObject({ data: 'old', from: 'stale' });
    await expect.poll(async () => (await client.get('/')).data).toBe('new');
  });

  it('reads again what a schema says', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: JSON.stringify(value) }) },
    } as const;
    const client = clientOf({}, fresh);
    await client.get('/');

    expect((await client.get('/', { schema })).data).toBe('{"list":[1]}');
  });
});

describe('what is kept of a request that becomes another on its way', () => {
  const as =
    (user: () => string): Middleware =>
    (request, next) =>
      next(request.with({ headers: { authorization: `Bearer ${user()}` } }));

  it('is nothing, where middleware of attempts says who asks', async () => {
    let user = 'a';
    const client = clientOf({ middleware: [as(() => user)] }, fresh);
    await client.get('/');
    user = 'b';

    expect((await client.get('/')).from).toBe('network');
  });

  it('is nothing, where middleware of the request says who asks', async () => {
    const client = clientOf({}, fresh);
    await client.get('/', { middleware: [as(() => 'a')] });

    expect((await client.get('/', { middleware: [as(() => 'b')] })).from).toBe('network');
    expect((await client.get('/')).from).toBe('network');
  });

  it('is nothing, where middleware asks for something else', async () => {
    let tenant = 'a';
    const client = clientOf({ middleware: [(request, next) => next(request.with({ query: { tenant } }))] }, fresh);
    await client.get('/');
    tenant = 'b';

    expect((await client.get('/')).from).toBe('network');
  });

  it('is nothing, where middleware answers in place of the server, whose caller gets what it made', async () => {
    const client = clientOf({ middleware: [async (request, next) => (await next(request)).withData('mine')] }, fresh);

    for (let time = 0; time < 2; time++) {
      expect(await client.get('/')).toMatchObject({ data: 'mine', from: 'network' });
      expect((await client.stream('GET', '/')).data).toBe('mine');
    }
  });

  it('is nothing, where credentials were refused and made anew', async () => {
    const auth = ({ refused }: AuthRequest) => ({ authorization: refused ? 'b' : 'a' });
    const client = clientOf({ auth }, 401, fresh, 401, { ...fresh, body: 'other' });
    await client.get('/');

    expect(await client.get('/')).toMatchObject({ from: 'network', data: 'other' });
  });

  it('is nothing, where redirects lead elsewhere: they need not lead there the next time', async () => {
    const client = clientOf(
      {},
      { status: 302, headers: { location: '/v1' } },
      { ...fresh, body: 'v1' },
      { ...fresh, body: 'v2' },
    );
    expect((await client.get('/latest')).data).toBe('v1');

    expect((await client.get('/latest')).data).toBe('v2');
  });
});

describe('a client with a cache, as one without', () => {
  it.each([{}, { 'if-none-match': '"1"' }])('rejects a 304 that the cache did not ask for: %j', async (headers) => {
    const client = clientOf({}, { status: 304 });

    expect(await outcomeOf(client.get('/', { headers }))).toMatchObject({ code: 'HTTP_304' });
  });

  it('rejects with the reason of a caller who has left, also where an answer is kept', async () => {
    const client = clientOf({}, fresh);
    await client.get('/');

    expect(await outcomeOf(client.get('/', { signal: AbortSignal.abort('left') }))).toBe('left');
  });

  it('names the id of this request in a response that was kept, not that of the one before', async () => {
    const client = clientOf({}, { ...fresh, headers: { ...fresh.headers, 'x-request-id': 'first' } });
    await client.get('/', { headers: { 'x-request-id': 'first' } });
    const { from, requestId } = await client.get('/', { headers: { 'x-request-id': 'second' } });

    expect({ from, requestId }).toEqual({ from: 'cache', requestId: 'second' });
  });

  it('forgets what a request changes, though nobody knew at first who asks', async () => {
    let fails = false;
    const auth = () => {
      if (!fails) return { 'x-user': 'a' };
      fails = false;
      throw new Error('not now');
    };
    const client = clientOf({ auth }, fresh);
    await client.get('/');
    fails = true;
    await client.put('/');

    expect(origin.received.at(-1)?.method).toBe('PUT');
    expect((await client.get('/')).from).toBe('network');
  });

  it.each([
    ['nobody knows who asks', {}],
    ['other statuses are answers', { validateStatus: () => true }],
  ])("asks nobody with 'only-if-cached', though %s", async (_, options) => {
    let asked = 0;
    const auth = () => {
      if (++asked === 1 && !('validateStatus' in options)) throw new Error('not now');
      return { 'x-user': 'a' };
    };
    const client = clientOf({ auth }, fresh);

    await expect(client.get('/', { ...options, cache: 'only-if-cached' })).rejects.toBeInstanceOf(Error);
    expect(origin.received).toEqual([]);
  });

  it('sends nothing of the credentials that were refused together with those that take their place', async () => {
    const auth = ({ refused }: AuthRequest) => (refused ? { 'x-key': 'b' } : { authorization: 'a' });
    const client = clientOf({ auth }, 401, 200);
    await client.get('/');

    expect(origin.received[1]?.headers).toMatchObject({ 'x-key': 'b' });
    expect(origin.received[1]?.headers).not.toHaveProperty('authorization');
  });
});

it('a client tells what its cache and its connections do, and forgets what it keeps', async () => {
  const client = clientOf({}, fresh);
  expect([client.cacheStats, client.connections.busy]).toEqual([undefined, 0]);
  await client.get('/');
  await client.get('/');
  expect(client.cacheStats).toMatchObject({ hits: 1, misses: 1, stored: 1 });
  expect(client.connections).toMatchObject({
    busy: 0,
    idle: 1,
    waiting: 0,
    origins: [{ origin: origin.url, idle: 1 }],
  });
  await client.clearCache();

  expect((await client.get('/')).from).toBe('network');
});
