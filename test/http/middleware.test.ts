import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpResponse, type Middleware, perCall, type RestClientOptions } from '../../src/http/index.js';
import { clientsOf } from './clients.js';
import { type Origin, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, { retry: { delay: 1, budget: false } });

function traced(name: string, trace: string[]): Middleware {
  return async (request, next) => {
    trace.push(`${name} ${request.attempt}`);
    try {
      return await next(request);
    } finally {
      trace.push(`/${name}`);
    }
  };
}

describe('middleware', () => {
  it('runs for each attempt, in order, and once per call where it says so', async () => {
    const trace: string[] = [];
    const middleware = [traced('a', trace), perCall(traced('call', trace)), traced('b', trace)];
    const own = [traced('own', trace), perCall(traced('own call', trace))];
    await clientOf({ middleware }, 503, 200).get('/', { middleware: own });

    expect(trace).toEqual([
      ...['call 1', 'own call 1'],
      ...['a 1', 'b 1', 'own 1', '/own', '/b', '/a'],
      ...['a 2', 'b 2', 'own 2', '/own', '/b', '/a'],
      ...['/own call', '/call'],
    ]);
  });

  it('changes header fields, parameters, the body and the URL, without touching what it was given', async () => {
    const seen: unknown[] = [];
    const middleware: Middleware[] = [
      async (request, next) => {
        const changed = request.with({
          headers: { 'x-a': 'changed', 'x-b': undefined },
          query: { page: 2, old: undefined },
          body: { b: 2 },
          url: '/elsewhere?kept=1&old=1',
        });
        seen.push(request.headers['x-a'], request.target.pathname, changed.headers['content-type']);
        return next(changed);
      },
    ];
    await clientOf({ middleware }).post('/here', { headers: { 'x-a': '1', 'x-b': '2' }, body: 'text' });

    expect(seen).toEqual(['1', '/here', 'application/json; charset=utf-8']);
    expect(origin.received).toMatchObject([
      { url: '/elsewhere?kept=1&page=2', body: '{"b":2}', headers: { 'x-a': 'changed' } },
    ]);
    expect(origin.received[0]?.headers).not.toHaveProperty('x-b');
  });

  it('may answer in place of the server', async () => {
    const middleware: Middleware[] = [
      async ({ endpoint, requestId }) =>
        new HttpResponse({ status: 200, statusText: 'OK', headers: {}, data: 'mine', endpoint, requestId }),
    ];

    expect((await clientOf({ middleware }).get('/')).data).toBe('mine');
    expect(origin.received).toHaveLength(0);
  });

  it('sees errors, and may turn them into answers or send again', async () => {
    const again: Middleware = (request, next) => next(request).catch(() => next(request));

    expect((await clientOf({ middleware: [again], retry: false }, 503, 200).get('/')).status).toBe(200);
    expect(origin.received).toHaveLength(2);
  });

  it('that throws ends the attempt with its own error, which is judged like any other', async () => {
    const error = new Error('signing failed');
    const signing: Middleware = () => {
      throw error;
    };

    await expect(clientOf({ middleware: [signing], retry: false }).get('/')).rejects.toBe(error);
    expect(origin.received).toHaveLength(0);
  });

  it('that hands on something else is told so', async () => {
    const middleware: Middleware[] = [(request, next) => next({ ...request } as never)];

    await expect(clientOf({ middleware, retry: false }).get('/')).rejects.toThrow('must hand on the request');
  });

  it('that gives another body need not know what was said of the length of the one before', async () => {
    const longer: Middleware = (request, next) => next(request.with({ body: 'much longer' }));
    const client = clientOf({ middleware: [longer], retry: false });
    await client.post('/', { body: 'x', headers: { 'Content-Length': 1 } });

    expect(origin.received).toMatchObject([{ body: 'much longer', headers: { 'content-length': '11' } }]);
  });

  it.each<[string, RestClientOptions]>([
    ['an attempt', { middleware: [async () => ({ status: 200 }) as never] }],
    ['a call', { middleware: [perCall(async () => undefined as never)] }],
    ['merged requests', { dedup: true, middleware: [async () => undefined as never] }],
    ['an identified caller', { auth: () => ({ 'x-who': 'me' }), middleware: [async () => undefined as never] }],
  ])('of %s that returns no response is told so', async (_, options) => {
    let attempts = 0;
    const counting: Middleware = (request, next) => next(request).finally(() => attempts++);
    const client = clientOf({ ...options, middleware: [counting, ...(options.middleware ?? [])] });

    await expect(client.get('/')).rejects.toThrow(
      'middleware must return a response, such as next() gives, but returned',
    );
    expect(attempts).toBeLessThanOrEqual(1);
  });

  it('that leads elsewhere stays on the origin of the client', async () => {
    const middleware: Middleware[] = [(request, next) => next(request.with({ url: 'http://elsewhere.test/' }))];

    await expect(clientOf({ middleware, retry: false }).get('/')).rejects.toThrow(/must stay on/);
  });

  it('shows no secrets when a request is printed', async () => {
    let printed = '';
    const middleware: Middleware[] = [
      async (request, next) => {
        printed = `${(await import('node:util')).inspect(request, { depth: 9, showHidden: true })}${JSON.stringify(request)}`;
        return next(request);
      },
    ];
    await clientOf({ middleware, auth: { bearer: 't0p' } }).get('/', { query: { token: 't0p' } });

    expect(printed).not.toContain('t0p');
  });
});
