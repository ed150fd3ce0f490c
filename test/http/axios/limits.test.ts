import { getEventListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import axios, { type AxiosError } from 'axios';
import { describe, expect, it } from 'vitest';
import { TimeoutError } from '../../../src/core/index.js';
import type { OwnAnswer } from '../../../src/fault-server/index.js';
import { BulkheadFullError } from '../../../src/policies/bulkhead/index.js';
import { CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import { RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import { protect, Runtime } from '../../../src/runtime/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { begun, protectedApi, stage, until } from './stage.js';

/** The error that a promise rejects with. */
function failure(promise: Promise<unknown>): Promise<AxiosError> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
}

const never = () => new Promise<OwnAnswer>(() => {});

function raise(message: string): never {
  throw new Error(message);
}

describe('protectAxios(), about its policies,', () => {
  it('opens a circuit for a host that fails, and for that host alone', async () => {
    const [bad, good] = [await stage(503), await stage(200)];
    const { api } = protectedApi(bad, { retry: false, circuitBreaker: { failureThreshold: 2 } });
    await failure(api.get('/a'));
    await failure(api.get('/b'));

    expect(await failure(api.get('/c'))).toBeInstanceOf(CircuitOpenError);
    expect(bad.seen).toHaveLength(2);
    expect((await api.get(`${good.url}/a`)).status).toBe(200);
    expect((await failure(api.get('/d', { resilience: { circuitBreaker: false } }))).status).toBe(503);
    expect(await failure(api.get('/e', { resilience: { retry: false } }))).toBeInstanceOf(CircuitOpenError);
  });

  it('opens by itself once half of twenty requests have failed', async () => {
    const server = await stage(503);
    const { api } = protectedApi(server, { retry: false });
    for (let n = 0; n < 20; n++) expect((await failure(api.get('/a'))).status).toBe(503);

    expect(await failure(api.get('/a'))).toBeInstanceOf(CircuitOpenError);
  });

  it('splits circuits by a key of the user’s', async () => {
    const server = await stage(503);
    const key = (config: { headers: { get(name: string): unknown } }) => String(config.headers.get('x-tenant'));
    const { api } = protectedApi(server, { retry: false, circuitBreaker: { failureThreshold: 1, key } });
    await failure(api.get('/a', { headers: { 'x-tenant': 'a' } }));

    expect(await failure(api.get('/a', { headers: { 'x-tenant': 'a' } }))).toBeInstanceOf(CircuitOpenError);
    expect((await failure(api.get('/a', { headers: { 'x-tenant': 'b' } }))).status).toBe(503);
  });

  it('shares circuits among instances of one name', async () => {
    const server = await stage(503);
    const options = {
      name: 'shared',
      retry: false,
      circuitBreaker: { failureThreshold: 1 },
      runtime: new Runtime(),
    } as const;
    await failure(protectedApi(server, options).api.get('/a'));

    expect(await failure(protectedApi(server, options).api.get('/a'))).toBeInstanceOf(CircuitOpenError);
    expect((await failure(protectedApi(server, { ...options, name: 'other' }).api.get('/a'))).status).toBe(503);
  });

  it('keeps to a rate, by host', async () => {
    const [server, other] = [await stage(200), await stage(200)];
    const { api } = protectedApi(server, { rateLimit: { limit: 2, per: '1h' } });
    await api.get('/a');
    await api.get('/a');

    expect(await failure(api.get('/a'))).toBeInstanceOf(RateLimitedError);
    expect((await api.get(`${other.url}/a`)).status).toBe(200);
  });

  it('tells limiters what servers answer', async () => {
    const server = await stage({ headers: { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '3600' } });
    const { api, runtime } = protectedApi(server);
    const outer = protect(
      async () => void (await api.get('/a')),
      { rateLimit: { name: 'outer', limit: 100, per: '1h', adopt: true } },
      { runtime },
    );
    await outer();

    expect(runtime.limiters.get('outer').available).toBe(7);
  });

  it('sends no more at a time than the bulkhead holds, by host', async () => {
    const [server, other] = [await stage(never), await stage(200)];
    const { api } = protectedApi(server, { bulkhead: 1 });
    const controller = new AbortController();
    const first = failure(api.get('/a', { signal: controller.signal }));

    expect(await failure(api.get('/a'))).toBeInstanceOf(BulkheadFullError);
    expect((await api.get(`${other.url}/a`)).status).toBe(200);
    controller.abort();
    expect((await first).code).toBe('ERR_CANCELED');
  });

  it('gives the whole request a time, and each attempt one, and lets a request say otherwise', async () => {
    const server = await stage(never);
    const { api } = protectedApi(server, {
      timeout: { total: 300, attempt: 100 },
      retry: { maxAttempts: 5, delay: 0 },
    });
    expect(await failure(api.get('/a'))).toMatchObject({ name: 'TimeoutError', scope: 'total', after: 300 });
    expect(server.seen.length).toBeGreaterThan(1);

    expect(await failure(api.get('/a', { resilience: { timeout: 30 } }))).toMatchObject({ scope: 'total', after: 30 });
    const once = { timeout: { total: 0, attempt: 30 }, retry: false };
    expect(await failure(api.get('/a', { resilience: once }))).toMatchObject({ scope: 'attempt', after: 30 });
  });

  it('gives a request 30 s in all where nobody says so, and no limit where that is said', async () => {
    const clock = new ManualClock();
    const server = await stage(never);
    const runtime = new Runtime({ clock });
    const { api } = protectedApi(server, { runtime });
    const { api: patient } = protectedApi(server, { runtime, name: 'patient', timeout: false });
    const result = failure(api.get('/a'));
    const controller = new AbortController();
    const waiting = failure(patient.get('/a', { signal: controller.signal }));
    await until(() => server.seen.length === 2);
    await clock.advance(29_999);
    await clock.advance(1);

    expect(await result).toMatchObject({ scope: 'total', after: 30_000 });
    await clock.advance(1_000_000);
    controller.abort();
    expect((await waiting).code).toBe('ERR_CANCELED');
  });

  it('says nothing of credentials in its own errors', async () => {
    const server = await stage(503, never);
    const { api } = protectedApi(
      server,
      { retry: false, circuitBreaker: { failureThreshold: 1 }, timeout: 200 },
      { auth: { username: 'jane', password: 's3cret' } },
    );
    const asked = { headers: { 'X-Api-Key': 's3cret' }, params: { token: 's3cret' } };
    await failure(api.get('/a', asked));
    const refused = await failure(api.get('/a', asked));
    const late = await failure(api.get('/a', { ...asked, resilience: { circuitBreaker: false } }));

    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(refused.cause).toMatchObject({ message: 'Request failed with status code 503', status: 503 });
    expect(late).toBeInstanceOf(TimeoutError);
    for (const error of [refused, late])
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('s3cret');
  });
});

describe('protectAxios(), about who may end a request,', () => {
  it('rejects as axios does when its signal is aborted, during an attempt', async () => {
    const server = await stage(never);
    const controller = new AbortController();
    const asked = failure(protectedApi(server).api.get('/a', { signal: controller.signal }));
    await until(() => server.seen.length === 1);
    controller.abort();
    const error = await asked;

    expect(axios.isCancel(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ERR_CANCELED', message: 'canceled' });
    expect(server.seen).toHaveLength(1);
  });

  it.each(['signal', 'token', 'hand-made signal'])('ends at once by its %s in a wait between attempts', async (by) => {
    const server = await stage(503);
    const { api } = protectedApi(server, { retry: { delay: '1h', jitter: 'none', maxDelay: '2h' }, timeout: false });
    const controller = new AbortController();
    const source = axios.CancelToken.source();
    const listeners = new Set<() => void>();
    const handMade = {
      aborted: false,
      addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
    };
    const ways = {
      signal: { signal: controller.signal },
      token: { cancelToken: source.token },
      'hand-made signal': { signal: handMade },
    };
    const asked = failure(api.get('/a', ways[by as keyof typeof ways]));
    await until(() => server.seen.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    source.cancel('no longer needed');
    handMade.aborted = true;
    for (const listener of listeners) listener();
    const error = await asked;

    expect(axios.isCancel(error)).toBe(true);
    expect(error.message).toBe(by === 'token' ? 'no longer needed' : 'canceled');
    expect(server.seen).toHaveLength(1);
    expect(listeners.size).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('leaves nothing on a signal or token that many requests share', async () => {
    const server = await stage(200);
    const { api } = protectedApi(server);
    const controller = new AbortController();
    const source = axios.CancelToken.source();
    for (let n = 0; n < 50; n++) await api.get('/a', { signal: controller.signal, cancelToken: source.token });

    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect((source.token as unknown as { _listeners: unknown[] | null })._listeners ?? []).toHaveLength(0);
  });

  it.each(['signal', 'token'])(
    'ends a body that is read as a stream by its %s, and lets go of it once it is read',
    async (by) => {
      const server = await stage(() => begun('begun'), { body: 'all of it' });
      const { api } = protectedApi(server, { timeout: 200 });
      const controller = new AbortController();
      const source = axios.CancelToken.source();
      const way = by === 'signal' ? { signal: controller.signal } : { cancelToken: source.token };
      const { data } = await api.get<Readable>('/a', { responseType: 'stream', ...way });
      await new Promise((resolve) => setTimeout(resolve, 270)); // the time for the request does not concern what is read of its answer
      expect(data.destroyed).toBe(false);
      const read = failure(text(data));
      if (by === 'signal') controller.abort();
      else source.cancel();

      expect(axios.isCancel(await read)).toBe(true);
      const calm = new AbortController();
      expect(await text((await api.get<Readable>('/a', { responseType: 'stream', signal: calm.signal })).data)).toBe(
        'all of it',
      );
      await until(() => getEventListeners(calm.signal, 'abort').length === 0);
    },
  );

  it('ends a stream of the web by its signal as well', async () => {
    const server = await stage(() => begun('begun'));
    const controller = new AbortController();
    const asked = { responseType: 'stream', adapter: 'fetch', signal: controller.signal } as const;
    const { data } = await protectedApi(server).api.get<ReadableStream>('/a', asked);
    const read = failure(text(data as never));
    controller.abort();

    expect(axios.isCancel(await read)).toBe(true);
    await until(() => getEventListeners(controller.signal, 'abort').length === 0);
  });

  it('ends a stream with the call around it', async () => {
    const server = await stage(() => begun('begun'));
    const clock = new ManualClock();
    const { api, runtime } = protectedApi(server, { runtime: new Runtime({ clock }) });
    let body: Readable | undefined;
    const outer = protect(
      async () => {
        body = (await api.get<Readable>('/a', { responseType: 'stream' })).data;
        return text(body);
      },
      { timeout: { total: 200 } },
      { runtime },
    );
    const result = failure(outer());
    await until(() => body !== undefined);
    expect(body?.destroyed).toBe(false);
    await clock.advance(200);

    expect(await result).toMatchObject({ scope: 'total' });
    expect(body?.destroyed).toBe(true);
  });

  it('ends with the call around it, which it need not be told of', async () => {
    const server = await stage(never);
    const { api, runtime } = protectedApi(server);
    const outer = protect(() => api.get('/a'), { timeout: { total: 200 } }, { runtime });

    expect(await failure(outer())).toMatchObject({ scope: 'total', after: 200 });
    expect(server.seen).toHaveLength(1);
  });

  it('does not start what has no time left', async () => {
    const server = await stage(200);
    const { api, runtime } = protectedApi(server);
    const clock = new ManualClock();
    const late = new Runtime({ clock });
    const outer = protect(
      () => {
        clock.skip(100);
        return api.get('/a');
      },
      { timeout: { total: 50 } },
      { runtime: late },
    );
    const result = failure(outer());
    await clock.advance(0);

    expect(await result).toBeInstanceOf(TimeoutError);
    expect(runtime).not.toBe(late);
    expect(server.seen.length).toBeLessThanOrEqual(1);
  });
});

describe('protectAxios(), to those who listen,', () => {
  it('tells of each attempt, without secrets', async () => {
    const server = await stage(200);
    server.server.fail([
      { status: 503, count: 1 },
      { kind: 'reset', count: 1 },
    ]);
    const { api, runtime } = protectedApi(server, { name: 'github' });
    const told: unknown[] = [];
    for (const name of ['http.requested', 'http.answered', 'http.failed'] as const) {
      runtime.events.on(name, ({ site, service, method, url, endpoint, requestId, attempt, ...rest }) => {
        told.push([
          name,
          { site, service, method, url, endpoint, requestId, attempt },
          'status' in rest && rest.status,
        ]);
      });
    }
    await api.get('/a', {
      params: { token: 's3cret', page: 2 },
      headers: { 'X-Request-ID': 'r-1' },
      resilience: { endpoint: 'list' },
    });
    const facts = (attempt: number) => ({
      ...{ site: 'github', service: 'github', method: 'GET', endpoint: 'list', requestId: 'r-1', attempt },
      url: `${server.url}/a?token=[redacted]&page=2`,
    });

    expect(told).toEqual([
      ['http.requested', facts(1), false],
      ['http.answered', facts(1), 503],
      ['http.requested', facts(2), false],
      ['http.failed', facts(2), false],
      ['http.requested', facts(3), false],
      ['http.answered', facts(3), 200],
    ]);
  });

  it.each([
    ['throws', () => raise('no name for it'), 'no name for it'],
    ['gives no text', () => 7 as never, 'github: protectAxios(): endpoint must return a text, but got 7'],
  ])('sends nothing where the function %s that names endpoints, whoever listens', async (_, endpoint, message) => {
    const server = await stage(200);
    const { api } = protectedApi(server, { name: 'github', endpoint });

    expect((await failure(api.post('/a'))).message).toContain(message);
    expect(server.seen).toEqual([]);
  });

  it('tells why an attempt was ended, and names the endpoint by a function', async () => {
    const server = await stage(never);
    const { api, runtime } = protectedApi(server, { timeout: 60, endpoint: ({ url }) => `own ${url}` });
    const failed: { error: unknown; endpoint: string; cancelled: boolean }[] = [];
    runtime.events.on('http.failed', ({ error, endpoint, cancelled }) => failed.push({ error, endpoint, cancelled }));
    const error = await failure(api.get('/a'));
    await until(() => failed.length === 1);
    const reason = new Error('the caller left');
    const controller = new AbortController();
    const left = failure(api.get('/b', { signal: controller.signal, resilience: { timeout: 0 } }));
    await until(() => server.seen.length === 2);
    controller.abort(reason);
    await left;
    await until(() => failed.length === 2);

    expect(failed).toEqual([
      { error, endpoint: 'own /a', cancelled: false },
      { error: reason, endpoint: 'own /b', cancelled: true },
    ]);
  });
});
