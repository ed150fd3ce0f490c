import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentCall, resilienceInfo, TimeoutError } from '../../src/core/index.js';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { type HttpResponse, type RequestOptions, RestClient } from '../../src/http/index.js';
import { protect } from '../../src/runtime/index.js';

let server: FaultServer;
let client: RestClient;
beforeAll(async () => {
  server = await startFaultServer();
  client = new RestClient({ name: 'msg', baseURL: server.url, circuitBreaker: false });
});
beforeEach(() => server.heal());
afterAll(async () => {
  client.close();
  await server.close();
});

const retry = { maxAttempts: 3, delay: 1 } as const;
const get = async (options?: RequestOptions) => client.get('/msg', options);

describe('Timeout → request', () => {
  it('ends the request with the attempt, and the server notices', async () => {
    server.fail({ kind: 'hang' });
    const { abandoned } = server.stats;
    const error = await protect(() => get(), { timeout: 200 }, { id: 'Msg.get' })().catch((reason) => reason);

    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ site: 'Msg.get', scope: 'attempt' });
    await vi.waitFor(() => expect(server.stats).toMatchObject({ abandoned: abandoned + 1, inFlight: 0 }));
  });

  it('lets the deadline speak where it comes before the timeout of the client', async () => {
    server.fail({ kind: 'hang' });
    const seen: unknown[] = [];
    const call = protect(() => get({ timeout: 5000 }).catch((error) => seen.push(error)), { timeout: { total: 50 } });

    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'total' });
    await vi.waitFor(() =>
      expect(seen).toMatchObject([{ code: 'HOLDFAST_TIMEOUT', scope: 'inherited', service: 'msg' }]),
    );
  });

  it('lets the timeout of the client speak where that comes first', async () => {
    server.fail({ kind: 'hang' });

    await expect(protect(() => get({ timeout: 40 }), { timeout: '5s' })()).rejects.toMatchObject({
      code: 'HOLDFAST_TIMEOUT',
      scope: 'total',
      after: 40,
      service: 'msg',
    });
  });

  it('gives the request the time by which its attempt is extended', async () => {
    server.fail({ kind: 'latency', latency: 90 });
    const call = protect(
      async () => {
        const answer = get();
        currentCall()?.extend('5s');
        return (await answer).status;
      },
      { timeout: 40 },
    );

    expect(await call()).toBe(200);
  });

  it('sends nothing when no time is left', async () => {
    const { requests } = server.stats;
    const call = protect(
      async () => {
        const end = performance.now() + 30;
        while (performance.now() < end); // busy, so that no timer can strike
        return get();
      },
      { timeout: 20 },
    );

    await expect(call()).rejects.toMatchObject({
      code: 'HOLDFAST_TIMEOUT',
      scope: 'inherited',
      service: 'msg',
    });
    await get(); // whatever was sent before has arrived by now
    expect(server.stats.requests).toBe(requests + 1);
  });
});

describe('Retry → request', () => {
  it('repeats what may succeed later, and waits as long as the server asks', async () => {
    server.fail([
      { status: 429, retryAfter: 0, count: 1 },
      { status: 503, retryAfter: 1, count: 1 },
    ]);
    server.journal.clear();
    const response = await protect(() => get(), {
      retry: { ...retry, delay: 60_000, maxDelay: '5s', maxAttempts: 4 },
    })();

    expect(response.status).toBe(200);
    expect(server.journal.entries().map(({ status }) => status)).toEqual([429, 503, 200]);
    expect(server.journal.spacing()[0]).toBeLessThan(5000); // not the minute that it would wait of itself
    expect(server.journal.spacing()[1]).toBeGreaterThanOrEqual(999);
  });

  it('gives the error of the last attempt itself', async () => {
    server.fail({ kind: 'reset' });
    const errors: unknown[] = [];
    const noted = (error: unknown) => {
      errors.push(error);
      throw error;
    };
    const error = await protect(() => get().catch(noted), { retry })().catch((reason) => reason);

    expect(errors).toHaveLength(3);
    expect(error).toBe(errors[2]);
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(resilienceInfo(error)).toMatchObject({ attempts: 3, exhausted: true });
  });

  it.each([400, 404, 501])('does not repeat a %i', async (status) => {
    server.fail({ status });
    const { requests } = server.stats;

    await expect(protect(() => get(), { retry })()).rejects.toMatchObject({ status });
    expect(server.stats.requests).toBe(requests + 1);
  });

  it('gives each attempt a time of its own', async () => {
    server.fail({ kind: 'hang', count: 2 });
    const { abandoned } = server.stats;

    expect((await protect(() => get(), { retry, timeout: 200 })()).status).toBe(200);
    expect(server.stats).toMatchObject({ abandoned: abandoned + 2, inFlight: 0 });
  });
});

describe('the caller of a protected method', () => {
  it('ends its request by leaving, and gets the reason of their own signal', async () => {
    server.fail({ kind: 'hang' });
    const { abandoned } = server.stats;
    const controller = new AbortController();
    const reason = new Error('no longer needed');
    const call = protect(async (_id: number, _signal: AbortSignal) => get(), { retry });
    const rejected = expect(call(1, controller.signal)).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    controller.abort(reason);

    await rejected;
    await vi.waitFor(() => expect(server.stats).toMatchObject({ abandoned: abandoned + 1, inFlight: 0 }));
  });
});

describe('a signal that is handed to a request', () => {
  it('carries the call beyond the first await', async () => {
    server.fail({ kind: 'hang' });
    let response: Promise<HttpResponse<unknown>> | undefined;
    const call = protect(
      async () => {
        const signal = currentCall()?.signal as AbortSignal;
        await new Promise(setImmediate);
        response = client.get('/msg', { signal });
        return response;
      },
      { timeout: 50 },
    );

    await expect(call()).rejects.toBeInstanceOf(TimeoutError);
    await expect(response).rejects.toBeInstanceOf(TimeoutError);
  });

  it('ends the request beside that of the call', async () => {
    server.fail({ kind: 'hang' });
    const controller = new AbortController();
    const both = protect(() => get({ signal: controller.signal }), { timeout: '5s' });
    const rejected = expect(both()).rejects.toBe('mine');
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    controller.abort('mine');
    await rejected;

    const other = protect(() => get({ signal: new AbortController().signal }), { timeout: 50 });
    await expect(other()).rejects.toBeInstanceOf(TimeoutError);
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(0));
  });
});
