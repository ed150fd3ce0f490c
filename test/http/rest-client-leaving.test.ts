import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFaultServer } from '../../src/fault-server/index.js';
import { perCall, type RestClientOptions } from '../../src/http/index.js';
import { protect, Runtime } from '../../src/runtime/index.js';
import { clientsOf } from './clients.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, {
  retry: { delay: '1m', jitter: 'none', budget: false, maxDelay: '2m' },
  timeout: { total: '5m' },
});

const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const never = () => new Promise<never>(() => undefined);
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('a client that is closed ends its requests', () => {
  it.each<[string, RestClientOptions, Reply]>([
    ['in middleware of the call', { middleware: [perCall(never)] }, 200],
    ['that wait for credentials', { auth: never }, 200],
    ['that wait for credentials before they are merged', { auth: never, dedup: true }, 200],
    ['that wait for credentials before the cache', { auth: never, cache: true }, 200],
    ['that wait for another attempt', {}, 503],
    ['that wait for another attempt together', { dedup: true }, 503],
  ])('%s', async (_, options, reply) => {
    const before = timers();
    const client = clientOf(options, reply);
    const outcome = outcomeOf(client.get('/'));
    await sleep(60);
    client.close();

    expect(await outcome).toMatchObject({ code: 'HTTP_CLIENT_CLOSED', type: 'closed' });
    await sleep(20);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it.each([
    ['of its own', true],
    ['of none', false],
  ])('that go on for others when the first has left, whether with a signal %s', async (_, signalled) => {
    const before = timers();
    const client = clientOf({ dedup: true }, 503);
    const leaving = new AbortController();
    const first = outcomeOf(client.get('/', { signal: leaving.signal }));
    const other = outcomeOf(client.get('/', signalled ? { signal: new AbortController().signal } : {}));
    await sleep(60);
    leaving.abort(new Error('left'));
    expect(await first).toMatchObject({ message: 'left' });
    client.close();

    expect(await other).toMatchObject({ code: 'HTTP_CLIENT_CLOSED' });
    await sleep(20);
    expect(timers()).toBeLessThanOrEqual(before);
    expect(origin.received).toHaveLength(1);
  });
});

describe('the wait for credentials before requests are merged', () => {
  it('lasts no longer than the request may', async () => {
    const client = clientOf({ auth: never, dedup: true, timeout: 60 });

    expect(await outcomeOf(client.get('/'))).toMatchObject({
      ...{ code: 'HOLDFAST_TIMEOUT', scope: 'total', after: 60, type: 'timeout', method: 'GET', attempt: 1 },
    });
  });

  it('counts as time of the request', async () => {
    const auth = () => sleep(100).then(() => ({ 'x-who': 'me' }));
    const client = clientOf({ auth, dedup: true, timeout: 150 }, { hang: true });
    const error = await outcomeOf(client.get('/'));

    expect(error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'total' });
    expect((error as { after: number }).after).toBeLessThan(60);
  });

  it('ends when the caller leaves, with their reason', async () => {
    const leaving = new AbortController();
    const reason = new Error('left');
    const outcome = outcomeOf(clientOf({ auth: never, dedup: true }).get('/', { signal: leaving.signal }));
    await sleep(20);
    leaving.abort(reason);

    expect(await outcome).toBe(reason);
  });

  it('leaves nothing on a signal that lives on', async () => {
    const { signal } = new AbortController();
    const listeners: number[] = [];
    const auth = async () => {
      await sleep(5);
      listeners.push(getEventListeners(signal, 'abort').length);
      return { 'x-who': 'me' };
    };
    await clientOf({ auth, dedup: true }, 200).get('/', { signal });

    expect([...listeners, getEventListeners(signal, 'abort').length]).toEqual([1, 0]);
  });

  it('ends with the method around it', async () => {
    let ended = false;
    const auth = ({ signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => {
        ended = true;
      });
      return never();
    };
    const client = clientOf({ auth, dedup: true });
    const asking = protect(() => client.get('/'), { timeout: 40 }, { id: 'asking', runtime: new Runtime() });

    expect(await outcomeOf(asking())).toMatchObject({ site: 'asking', code: 'HOLDFAST_TIMEOUT' });
    expect(ended).toBe(true);
  });
});

describe('the reason of a caller who leaves', () => {
  it('is told as it is, whatever it is', async () => {
    const reason = await outcomeOf(clientOf({ retry: false }, 404).get('/other'));
    const { url, stack } = reason as { url: string; stack: string };
    const client = clientOf({ mapErrors: () => new Error('mapped') }, { hang: true });
    const leaving = new AbortController();
    const outcome = outcomeOf(client.get('/', { signal: leaving.signal }));
    await sleep(40);
    leaving.abort(reason);

    expect(await outcome).toBe(reason);
    expect(reason).toMatchObject({ url, stack });
  });

  it('may be caused by itself', async () => {
    const reason = new Error('round');
    reason.cause = reason;
    const leaving = new AbortController();
    const outcome = outcomeOf(clientOf({}, { hang: true }).post('/', { body: 'x', signal: leaving.signal }));
    await sleep(40);
    leaving.abort(reason);

    expect(await outcome).toBe(reason);
  });
});

describe('an error of middleware', () => {
  it('is told as it is, even where it cannot be changed', async () => {
    const mine = Object.freeze(new Error('mine'));
    const client = clientOf({ retry: false, middleware: [async () => Promise.reject(mine)] });

    expect(await outcomeOf(client.get('/'))).toBe(mine);
  });

  it('stays that of what it called, and is not taken for one of the client', async () => {
    const policies = { bulkhead: { maxConcurrent: 1, maxQueue: 1, maxWait: 5 } } as const;
    const inner = protect(() => sleep(60), policies, { id: 'inner', runtime: new Runtime() });
    const busy = inner();
    const client = clientOf({ retry: false, middleware: [(request, next) => inner().then(() => next(request))] });
    const error = await outcomeOf(client.get('/'));
    await busy;

    expect(error).toMatchObject({ name: 'BulkheadTimeoutError', site: 'inner' });
    expect(error).not.toHaveProperty('url');
  });
});

describe('an answer that is a stream', () => {
  it.each<[string, RestClientOptions, object]>([
    [
      'middleware throws',
      { middleware: [(request, next) => next(request).then(() => Promise.reject(new Error('no')))] },
      {},
    ],
    [
      'validateStatus throws',
      {},
      {
        validateStatus: () => {
          throw new Error('no');
        },
      },
    ],
    [
      'the attempt is over before middleware lets it go',
      { timeout: { attempt: 60 }, middleware: [(request, next) => next(request).finally(() => sleep(120))] },
      {},
    ],
  ])('is closed when %s', async (_, options, request) => {
    await using endless = await startFaultServer();
    endless.fail({ kind: 'hang', at: 'body' });
    const client = clientOf({ baseURL: endless.url, retry: false, ...options });
    const error = await outcomeOf(client.stream('GET', '/msg', request));
    await vi.waitFor(() => expect(endless.stats.connections.open).toBe(0), 1000);

    expect(error).toBeInstanceOf(Error);
    expect(endless.stats.connections.accepted).toBe(1);
    client.close();
  });

  it('is closed when the request is sent once more for new credentials', async () => {
    await using server = await startFaultServer();
    const { accessToken } = server.issueTokens();
    server.fail({ kind: 'hang', at: 'body', count: 1 });
    const auth = { bearer: ({ refused }: { refused: boolean }) => (refused ? accessToken : 'unknown') };
    const client = clientOf({ baseURL: server.url, auth });
    const { data } = await client.stream('GET', '/private', { validateStatus: () => true });

    expect((await data.toArray()).join('')).toContain('"client":"test"');
    expect(server.journal.entries()).toMatchObject([{ status: 401 }, { status: 200 }]);
    await vi.waitFor(() => expect(server.stats.connections).toMatchObject({ accepted: 2, open: 1 }));
    client.close();
  });
});
