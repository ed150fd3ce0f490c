import axios, { type AxiosError, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it } from 'vitest';
import { InvalidOptionsError, isPermanent, isTransient, resilienceInfo } from '../../../src/core/index.js';
import type { Fault } from '../../../src/fault-server/index.js';
import { protectAxios } from '../../../src/http/axios/index.js';
import { Runtime } from '../../../src/runtime/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { protectedApi, stage, until } from './stage.js';

/** The error that a promise rejects with. */
function failure(promise: Promise<unknown>): Promise<AxiosError> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
}

describe('protectAxios()', () => {
  it('sends a request again until it is answered well', async () => {
    const server = await stage(503, 500, 200);
    const { api } = protectedApi(server);

    expect((await api.get('/a')).data).toEqual({ status: 200 });
    expect(server.seen).toHaveLength(3);
  });

  it('runs interceptors and transforms once for a request, however often it is sent', async () => {
    const server = await stage(503, 503, 200);
    const { api } = protectedApi(server);
    const ran: string[] = [];
    const note = (what: string) => (value: any) => {
      ran.push(what);
      return value;
    };
    api.interceptors.request.use(note('request interceptor'));
    api.interceptors.response.use(note('response interceptor'), () => ran.push('response interceptor, failed'));
    await api.put(
      '/a',
      { a: 1 },
      {
        transformRequest: [note('request transform'), (data) => JSON.stringify(data)],
        transformResponse: note('response transform'),
        resilience: { idempotent: true },
      },
    );

    expect(ran).toEqual(['request interceptor', 'request transform', 'response transform', 'response interceptor']);
    expect(server.seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
  });

  it('rejects with axios’s own error of the last attempt, as if only that had been made', async () => {
    const server = await stage(503, 500, 502);
    const retried: unknown[] = [];
    const { api } = protectedApi(server, { retry: { delay: 0, onRetry: ({ error }) => retried.push(error) } });
    let config: InternalAxiosRequestConfig | undefined;
    api.interceptors.request.use((asked) => {
      config = asked;
      return asked;
    });
    const error = await failure(api.get('/a', { params: { b: 1 } }));

    expect(error).toBeInstanceOf(axios.AxiosError);
    expect(error).toMatchObject({
      code: 'ERR_BAD_RESPONSE',
      status: 502,
      message: 'Request failed with status code 502',
      response: { data: { status: 502 } },
    });
    expect(retried).toHaveLength(2);
    expect(retried).not.toContain(error);
    expect(error.config).toBe(error.response?.config);
    expect(error.config?.signal).toBeUndefined();
    expect(error.config?.url).toBe(config?.url);
    expect(resilienceInfo(error)).toMatchObject({ attempts: 3, exhausted: true });
  });

  it('gives the answer the config that was sent, with what the adapter added', async () => {
    const { api } = protectedApi(await stage(200));
    const controller = new AbortController();
    const { config } = await api.post('/a', { a: 1 }, { signal: controller.signal });

    expect(config.signal).toBe(controller.signal);
    expect(config.headers.getContentLength()).toBe('7');
    expect(config.beforeRedirect).toBeUndefined();
  });

  it.each([400, 401, 404, 409, 422, 501])('takes %i for an answer that stays the same', async (status) => {
    const server = await stage(status);
    const { api } = protectedApi(server, { circuitBreaker: { failureThreshold: 1 } });
    const error = await failure(api.get('/a'));

    expect(server.seen).toHaveLength(1);
    expect(isPermanent(error)).toBe(true);
    expect((await failure(api.get('/a'))).status).toBe(status); // the circuit has counted no failure
  });

  it.each([408, 425, 429, 500, 502, 503, 504])(
    'takes %i for an answer that may be another one the next time',
    async (status) => {
      const server = await stage(status);
      const error = await failure(protectedApi(server, { retry: { maxAttempts: 2, delay: 0 } }).api.get('/a'));

      expect(server.seen).toHaveLength(2);
      expect(isTransient(error)).toBe(true);
    },
  );

  it('takes for an answer what validateStatus accepts, and for a failure what it rejects', async () => {
    const server = await stage(503, 200, 200);
    const { api } = protectedApi(server);

    expect((await api.get('/a', { validateStatus: null })).status).toBe(503);
    await failure(api.get('/a', { validateStatus: (status) => status === 404 }));
    expect(server.seen).toHaveLength(2); // 200 is not worth another try
  });

  it.each<[string, Fault, string]>([
    ['a connection that is reset', { kind: 'reset' }, 'ECONNRESET'],
    ['an answer that breaks off', { kind: 'truncate' }, 'ERR_BAD_RESPONSE'],
  ])('sends it again after %s', async (_, fault, code) => {
    const flaky = await stage(200);
    flaky.server.fail(fault);
    const error = await failure(protectedApi(flaky, { retry: { maxAttempts: 2, delay: 0 } }).api.get('/a'));

    expect(error.code).toBe(code);
    expect(flaky.server.journal.summary().count).toBe(2);
  });

  it('does not ask again for an answer that is too large, nor by a scheme that nobody knows', async () => {
    const server = await stage(200);
    const { api } = protectedApi(server, { circuitBreaker: { failureThreshold: 1 } });
    await failure(api.get('/a', { maxContentLength: 3 }));
    expect(server.seen).toHaveLength(1);
    const error = await failure(api.get('gopher://127.0.0.1/'));

    expect(error.code).toBe('ERR_BAD_REQUEST');
    expect(isPermanent(error)).toBe(true);
    expect((await api.get('/a')).status).toBe(200); // the circuit has counted no failure
  });

  it('comes back when the server says so', async () => {
    const clock = new ManualClock();
    const server = await stage({ status: 503, headers: { 'retry-after': 20 } }, 200);
    const { api } = protectedApi(server, { runtime: new Runtime({ clock }), retry: 3 });
    const answered = api.get('/a');
    await until(() => clock.pending > 1);
    await clock.advance(19_999);
    expect(server.seen).toHaveLength(1);
    await clock.advance(1);

    expect((await answered).status).toBe(200);
  });

  it('lets attempts not see what an earlier one did to the header fields', async () => {
    const server = await stage(503, 200);
    const { api } = protectedApi(server);
    const form = new FormData();
    form.append('name', 'value');
    await api.put('/a', form, { resilience: { idempotent: true }, auth: { username: 'jane', password: 'doe' } });
    const [first, second] = server.seen;

    expect(first?.headers.authorization).toMatch(/^Basic/);
    expect(second?.headers.authorization).toBe(first?.headers.authorization);
    for (const { headers, body } of server.seen) {
      expect(body).toContain(/boundary=(.+)/.exec(String(headers['content-type']))?.[1]);
      expect(body).toContain('value');
    }
  });

  it('gives each attempt header fields of its own, and shows those of the last one', async () => {
    const found: unknown[] = [];
    const adapter = async (config: InternalAxiosRequestConfig) => {
      found.push(config.headers.get('x-note'));
      config.headers.set('x-note', `by attempt ${found.length}`);
      throw new axios.AxiosError('not now', 'ECONNRESET', config);
    };
    const { api } = protectedApi({ url: 'http://api.example.com' }, {}, { adapter });
    const error = await failure(api.get('/a'));

    expect(found).toEqual([undefined, undefined, undefined]);
    expect(error.config?.headers.get('x-note')).toBe('by attempt 3');
  });

  it('protects again what a user sends again by the config of an error', async () => {
    const server = await stage(503, 503, 503, 503, 200);
    const { api } = protectedApi(server);
    const error = await failure(api.get('/a'));

    expect(server.seen).toHaveLength(3);
    expect((await api.request(error.config as never)).status).toBe(200);
    expect(server.seen).toHaveLength(5);
  });

  it('repeats results by whenResult, and hands on the last one', async () => {
    const server = await stage(202, 202, 200);
    const { api } = protectedApi(server, {
      retry: { delay: 0, whenResult: (answer: { status: number }) => answer.status === 202 },
    });

    expect((await api.get('/a')).status).toBe(200);
  });
});

describe('protectAxios(), on and off', () => {
  it('takes an instance of axios and options that are right', () => {
    expect(() => protectAxios({} as never)).toThrow('protectAxios() takes an axios instance');
    const wrong: [object, string][] = [
      [{ name: '1st' }, 'name must be a name'],
      [{ retires: 3 }, 'retires is no option'],
      [{ timeout: 'soon' }, 'timeout must be a duration'],
      [{ timeout: { total: -1 } }, 'timeout.total must be a duration'],
      [{ timeout: { whole: 1 } }, 'timeout.whole is no option'],
      [{ idempotentMethods: ['GET '] }, 'idempotentMethods must be a list of HTTP methods'],
      [{ retry: { maxAttempts: 0 } }, 'maxAttempts must be a whole number from 1 to 100'],
      [{ circuitBreaker: { openFor: 'long' } }, 'openFor must be'],
      [{ rateLimit: { limit: 0 } }, 'limit must be'],
      [{ bulkhead: 0 }, 'maxConcurrent must be'],
      [{ runtime: {} }, 'runtime must be a Runtime'],
    ];
    for (const [options, rule] of wrong) {
      const api = axios.create();
      const before = api.defaults.adapter;
      expect(() => protectAxios(api, options as never)).toThrow(InvalidOptionsError);
      expect(() => protectAxios(api, options as never)).toThrow(rule);
      expect(api.defaults.adapter).toBe(before); // nothing was half-done
    }
  });

  it('says what is wrong with what a request asks for, and sends nothing', async () => {
    const server = await stage(200);
    const { api } = protectedApi(server);
    const error = await failure(api.get('/a', { resilience: { retry: 3 as never } }));

    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error.message).toBe('axios: config.resilience: retry must be true or false, but got 3');
    await expect(api.get('/a', { resilience: { timeout: { total: 'x' as never } } })).rejects.toThrow(
      'config.resilience: timeout.total must be a duration',
    );
    expect(server.seen).toHaveLength(0);
  });

  it('protects an instance once', () => {
    const api = axios.create();
    const protection = protectAxios(api);

    expect(() => protectAxios(api)).toThrow('protects an instance once');
    protection.remove();
    protectAxios(api).remove();
  });

  it('puts the adapter back when it is removed, and lets requests of its children through', async () => {
    const server = await stage(503);
    const api = axios.create({ baseURL: server.url });
    const before = api.defaults.adapter;
    const protection = protectAxios(api, { runtime: new Runtime(), retry: { delay: 0 } });
    const child = api.create();
    await failure(child.get('/a'));
    expect(server.seen).toHaveLength(3);
    protection.remove();
    protection[Symbol.dispose]();

    expect(api.defaults.adapter).toBe(before);
    expect(api.interceptors.request.handlers?.filter(Boolean)).toEqual([]);
    await failure(api.get('/a'));
    await failure(child.get('/a'));
    await failure(api.get('/a', { adapter: 'http' }));
    expect(server.seen).toHaveLength(6);
  });

  it('leaves an adapter alone that somebody has put around it', async () => {
    const server = await stage(503);
    const api = axios.create({ baseURL: server.url });
    const protection = protectAxios(api, { runtime: new Runtime(), retry: { delay: 0 } });
    const ours = api.defaults.adapter as (config: InternalAxiosRequestConfig) => Promise<never>;
    const theirs = (config: InternalAxiosRequestConfig) => ours(config);
    api.defaults.adapter = theirs;
    protection.remove();
    await failure(api.get('/a'));

    expect(api.defaults.adapter).toBe(theirs);
    expect(server.seen).toHaveLength(1);
  });

  it('protects a child of a protected instance anew, and not twice over', async () => {
    const server = await stage(503);
    const { api } = protectedApi(server, { retry: { maxAttempts: 2, delay: 0, nested: true } });
    const child = api.create();
    protectAxios(child, { name: 'child', runtime: new Runtime(), retry: { maxAttempts: 3, delay: 0, nested: true } });
    await failure(child.get('/a'));
    expect(server.seen).toHaveLength(3);
    await failure(api.get('/a'));

    expect(server.seen).toHaveLength(5);
  });

  it.each([
    ['http', 'http'],
    ['fetch', 'fetch'],
    ['one of several', ['xhr', 'http']],
  ])('protects a request with an adapter of its own: %s', async (_, adapter) => {
    const server = await stage(503, 503, 200);
    const { api } = protectedApi(server);

    expect((await api.get('/a', { adapter: adapter as never })).data).toEqual({ status: 200 });
    expect(server.seen).toHaveLength(3);
  });

  it('protects an adapter that is a function, also one that throws, and gives it a real AbortSignal', async () => {
    const signals: unknown[] = [];
    const own = {} as InternalAxiosRequestConfig;
    const adapter = ({ signal }: InternalAxiosRequestConfig) => {
      signals.push(signal);
      throw new axios.AxiosError('not now', 'ECONNRESET', own);
    };
    const { api } = protectedApi({ url: 'http://api.example.com' }, {}, { adapter });
    const error = await failure(api.get('/a'));

    expect(error.message).toBe('not now');
    expect(error.config).toBe(own); // an adapter may say what it likes
    expect(signals).toEqual([expect.any(AbortSignal), expect.any(AbortSignal), expect.any(AbortSignal)]);
  });

  it('does not ask an adapter again for what it does not know', async () => {
    let sent = 0;
    const adapter = async () => {
      sent++;
      throw new axios.AxiosError('no idea', 'ERR_NOT_SUPPORT');
    };
    const { api } = protectedApi({ url: 'http://api.example.com' }, {}, { adapter });
    await failure(api.get('/a'));

    expect(sent).toBe(1);
  });

  it('keeps the requests of an axios instance without interceptors synchronous until they are sent', () => {
    let sent = false;
    const adapter = async (config: InternalAxiosRequestConfig) => {
      sent = true;
      return { data: '', status: 200, statusText: '', headers: {}, config };
    };
    const { api } = protectedApi({ url: 'http://api.example.com' }, {}, { adapter });
    const asked = (api as AxiosInstance).get('/a');

    expect(sent).toBe(true);
    return asked;
  });
});
