import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Middleware, RestClient, type RestClientOptions } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { type Origin, startOrigin } from './origin.js';

let origin: Origin;
const clients: RestClient[] = [];
beforeEach(async () => {
  origin = await startOrigin({ body: { list: [1] } });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await origin[Symbol.asyncDispose]();
});

function clientOf(options: RestClientOptions = {}): RestClient {
  const own = new RestClient({ baseURL: origin.url, runtime: new Runtime(), dedup: true, retry: false, ...options });
  clients.push(own);
  return own;
}

describe('requests that ask for the same at the same time', () => {
  it('are one, and each caller has data of its own', async () => {
    const client = clientOf();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.get<{ list: number[] }>('/')));
    answers[0]?.data.list.push(2);
    answers[3]?.data.list.push(3);

    expect(origin.received).toHaveLength(1);
    expect(answers.map(({ data }) => data.list.length)).toEqual([2, 1, 1, 2, 1, 1, 1, 1, 1, 1]);
  });

  it('share an error, too', async () => {
    origin.replies = [404];
    const client = clientOf();
    const errors = await Promise.all([1, 2].map(() => client.get('/').catch((error: unknown) => error)));

    expect(errors[0]).toBe(errors[1]);
    expect(origin.received).toHaveLength(1);
  });

  it.each<[string, RestClientOptions, unknown[], unknown[]]>([
    ['paths', {}, ['/a'], ['/b']],
    ['parameters', {}, ['/', { query: { a: 1 } }], ['/', { query: { a: 2 } }]],
    ['credentials', {}, ['/', { headers: { authorization: 'a' } }], ['/', { headers: { authorization: 'b' } }]],
    ['rules for statuses', {}, ['/'], ['/', { validateStatus: () => true }]],
    ['middleware', {}, ['/'], ['/', { middleware: [(request: never, next: (r: never) => never) => next(request)] }]],
    ['the time that they have', {}, ['/', { timeout: '1s' }], ['/', { timeout: '2s' }]],
    ['how much they take', {}, ['/', { maxBytes: 1000 }], ['/']],
    ['how many redirects they follow', {}, ['/', { maxRedirects: 0 }], ['/']],
    ['whether they are repeated', {}, ['/', { retry: false }], ['/']],
    ['whether they may be', {}, ['/', { idempotent: false }], ['/']],
    ['a wish to be alone', {}, ['/'], ['/', { dedup: false }]],
  ])('are two where they differ by %s', async (_, options, one, another) => {
    const client = clientOf(options);
    await Promise.all([client.get(...(one as [string])), client.get(...(another as [string]))]);

    expect(origin.received).toHaveLength(2);
  });

  it('are one although their ids and traces differ, and what the client was told to ignore', async () => {
    const client = clientOf({ dedup: { ignoreHeaders: ['X-Trace'] } });
    await Promise.all([1, 2].map((n) => client.get('/', { headers: { traceparent: `t${n}`, 'x-trace': n } })));

    expect(origin.received).toHaveLength(1);
  });

  it('are merged by method and body where a method is named', async () => {
    const client = clientOf({ dedup: { methods: ['post'] } });
    await Promise.all([1, 1, 2].map((a) => client.post('/', { body: { a } })));
    await Promise.all([client.get('/'), client.get('/')]);

    expect(origin.received.map(({ method, body }) => `${method} ${body}`).sort()).toEqual([
      'GET ',
      'GET ',
      'POST {"a":1}',
      'POST {"a":2}',
    ]);
  });

  it('never mix callers whose credentials a function tells', async () => {
    let user = '';
    const client = clientOf({ auth: () => ({ 'x-user': user }) });
    const ask = (name: string) => {
      user = name;
      return client.get('/');
    };
    await Promise.all([ask('ann'), ask('bob'), ask('ann')]);

    expect(origin.received.map(({ headers }) => headers['x-user']).sort()).toEqual(['ann', 'bob']);
  });

  it('go on for the others when one leaves', async () => {
    origin.replies = [{ hang: true }];
    const client = clientOf({ timeout: '5s' });
    const leaving = new AbortController();
    const first = client.get('/', { signal: leaving.signal }).catch((error: unknown) => error);
    const second = client.get('/').catch((error: unknown) => error);
    await vi.waitFor(() => expect(origin.received).toHaveLength(1));
    leaving.abort('bye');

    expect(await first).toBe('bye');
    client.close();
    expect(await second).toMatchObject({ code: 'HTTP_CLIENT_CLOSED' });
  });

  it('are not merged unless somebody says so', async () => {
    const client = clientOf({ dedup: false });
    await Promise.all([client.get('/'), client.get('/')]);
    await Promise.all([client.get('/', { dedup: true }), client.get('/', { dedup: true })]);

    expect(origin.received).toHaveLength(3);
  });

  it('are not merged because of a cache where middleware of attempts may say who asks', async () => {
    let n = 0;
    const identify: Middleware = (request, next) => next(request.with({ headers: { authorization: `Bearer ${++n}` } }));
    const client = clientOf({ dedup: undefined as never, cache: true, middleware: [identify] });
    await Promise.all([client.get('/'), client.get('/')]);

    expect(origin.received.map(({ headers }) => headers.authorization).sort()).toEqual(['Bearer 1', 'Bearer 2']);
  });
});
