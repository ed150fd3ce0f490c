import { Readable } from 'node:stream';
import axios, { type AxiosError } from 'axios';
import { describe, expect, it } from 'vitest';
import { isUnrepeatable, TimeoutError } from '../../../src/core/index.js';
import { startFaultServer } from '../../../src/fault-server/index.js';
import { undiciAdapter } from '../../../src/http/undici/index.js';
import { protect, Runtime } from '../../../src/runtime/index.js';
import { protectedApi, stage } from './stage.js';

/** The error that a promise rejects with. */
function failure(promise: Promise<unknown>): Promise<AxiosError> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
}

/** A port where nobody listens. */
async function deserted(): Promise<number> {
  await using server = await startFaultServer();
  return server.port;
}

const keys = (server: { seen: readonly { headers: Record<string, unknown> }[] }) =>
  server.seen.map(({ headers }) => headers['idempotency-key']);

describe('protectAxios(), about what may be sent twice,', () => {
  it.each(['get', 'head', 'options', 'trace', 'query'])('repeats %s', async (method) => {
    const server = await stage(503);
    await failure(
      protectedApi(server).api.request({
        method,
        url: '/a',
        adapter: 'http',
        ...(method === 'query' && { data: 'q' }),
      }),
    );

    expect(server.seen.length).toBe(3);
  });

  it.each(['post', 'put', 'patch', 'delete'])('does not repeat %s, whose effect nobody knows', async (method) => {
    const server = await stage(503);
    const error = await failure(protectedApi(server).api.request({ method, url: '/a' }));

    expect(server.seen).toHaveLength(1);
    expect(isUnrepeatable(error)).toBe(true);
  });

  it('repeats what provably never left', async () => {
    const url = `http://127.0.0.1:${await deserted()}`;
    let attempts = 0;
    const { api } = protectedApi({ url }, { retry: { delay: 0, onRetry: () => void attempts++ } });
    const error = await failure(api.post('/a', { a: 1 }));

    expect(error.code).toBe('ECONNREFUSED');
    expect(attempts).toBe(2);
    expect(isUnrepeatable(error)).toBe(false);
    await failure(api.post('http://nobody.invalid/', { a: 1 }));
    expect(attempts).toBe(4);
  });

  it('does not repeat what a redirect has led to where nobody listens', async () => {
    const port = await deserted();
    const server = await stage({ status: 303, headers: { location: `http://127.0.0.1:${port}/` } });
    const error = await failure(protectedApi(server).api.post('/a', { a: 1 }));

    expect(error.code).toBe('ECONNREFUSED');
    expect(server.seen).toHaveLength(1);
  });

  it('does not repeat what may have been done when its time was over, nor does a layer further out', async () => {
    const server = await stage(() => new Promise(() => {}));
    const { api, runtime } = protectedApi(server, { timeout: { attempt: 200 } });
    const outer = protect(() => api.post('/a', { a: 1 }), { retry: { delay: 0, nested: true } }, { runtime });
    const error = await failure(outer());

    expect(error).toBeInstanceOf(TimeoutError);
    expect(server.seen).toHaveLength(1);
    expect(isUnrepeatable(error)).toBe(true);
    await failure(api.get('/a'));
    expect(server.seen).toHaveLength(4);
  });

  it('leaves it to a layer further out to repeat what failed after the answer was there', async () => {
    const server = await stage(200);
    const { api, runtime } = protectedApi(server);
    let attempts = 0;
    const outer = protect(
      async () => {
        await api.post('/a', {});
        if (++attempts === 1) await new Promise(() => undefined);
      },
      { retry: { delay: 0 }, timeout: { attempt: 300 } },
      { runtime },
    );
    await outer();

    expect(server.seen).toHaveLength(2);
  });

  it('does not repeat what may have been done when axios’s own timeout struck', async () => {
    const server = await stage(() => new Promise(() => {}));
    const { api } = protectedApi(server);

    expect((await failure(api.post('/a', {}, { timeout: 200 }))).code).toBe('ECONNABORTED');
    expect(server.seen).toHaveLength(1);
    expect((await failure(api.get('/a', { timeout: 200 }))).code).toBe('ECONNABORTED');
    expect(server.seen).toHaveLength(4);
  });

  it('repeats with a key that is made once, is a string of structured fields, and stays the same', async () => {
    const server = await stage(503, 503, 200);
    const { api } = protectedApi(server);
    await api.post('/a', { a: 1 }, { resilience: { idempotencyKey: true } });

    expect(server.seen).toHaveLength(3);
    expect(keys(server)[0]).toMatch(/^"[\da-f]{8}-[\da-f-]{27}"$/);
    expect(new Set(keys(server)).size).toBe(1);
    await api.post('/a', { a: 1 }, { resilience: { idempotencyKey: true } });
    expect(new Set(keys(server)).size).toBe(2);
  });

  it('keeps the key where a layer further out repeats the request', async () => {
    const server = await stage(503, 503, 200);
    const { api, runtime } = protectedApi(server);
    const outer = protect(
      () => api.post('/a', { a: 1 }, { resilience: { idempotencyKey: true } }),
      { retry: { delay: 0 } },
      { runtime },
    );
    await outer();

    expect(server.seen).toHaveLength(3);
    expect(new Set(keys(server)).size).toBe(1);
  });

  it('repeats with a key of the user’s, in quotes', async () => {
    const server = await stage(503, 200);
    const { api } = protectedApi(server);
    await api.post('/a', {}, { resilience: { idempotencyKey: 'order "7"' } });

    expect(keys(server)).toEqual(['"order \\"7\\""', '"order \\"7\\""']);
    await expect(api.post('/a', {}, { resilience: { idempotencyKey: 'Grüße' } })).rejects.toThrow(
      'config.resilience: idempotencyKey must be true, false, or a text',
    );
  });

  it('repeats with a header field that was there already, and leaves it as it is', async () => {
    const server = await stage(503, 200);
    const { api } = protectedApi(server, { idempotencyKey: true });
    await api.post('/a', {}, { headers: { 'Idempotency-Key': 'mine' }, resilience: { idempotencyKey: 'other' } });

    expect(keys(server)).toEqual(['mine', 'mine']);
  });

  it.each([null, false, '', ' '])('does not take a header field for a key that holds none: %j', async (none) => {
    const server = await stage(503, 200);
    const { api } = protectedApi(server, { idempotencyKey: true });

    const error = await failure(api.post('/a', {}, { headers: { 'Idempotency-Key': none as never } }));

    expect(error).toMatchObject({ status: 503 });
    expect(server.seen).toHaveLength(1);
  });

  it('gives every request a key that needs one, if the protection says so', async () => {
    const server = await stage(503, 200, 200, 503);
    const { api } = protectedApi(server, { idempotencyKey: true });
    await api.patch('/a', {});
    await api.get('/a');
    await failure(api.post('/a', {}, { resilience: { idempotencyKey: false } }));

    expect(keys(server)).toEqual([expect.any(String), expect.any(String), undefined, undefined]);
  });

  it('repeats what somebody says is idempotent, by method or for one request, and not what is said not to be', async () => {
    const server = await stage(503);
    const { api } = protectedApi(server, { idempotentMethods: ['get', 'put'], retry: { maxAttempts: 2, delay: 0 } });
    await failure(api.put('/a', {}));
    expect(server.seen).toHaveLength(2);
    await failure(api.post('/a', {}, { resilience: { idempotent: true } }));
    expect(server.seen).toHaveLength(4);
    await failure(api.get('/a', { resilience: { idempotent: false } }));

    expect(server.seen).toHaveLength(5);
  });

  it('sends once what says so, and leaves it to a layer further out to repeat it', async () => {
    const server = await stage(503);
    const { api, runtime } = protectedApi(server);
    const error = await failure(api.get('/a', { resilience: { retry: false } }));
    expect(server.seen).toHaveLength(1);
    expect(isUnrepeatable(error)).toBe(false);
    const outer = protect(
      () => api.get('/a', { resilience: { retry: false } }),
      { retry: { maxAttempts: 2, delay: 0 } },
      { runtime },
    );
    await failure(outer());

    expect(server.seen).toHaveLength(3);
  });

  it('does not lock a stream of the web twice', async () => {
    const adapter = undiciAdapter();
    const { api } = protectedApi({ url: `http://127.0.0.1:${await deserted()}` }, {}, { adapter });
    const data = new Blob(['once']).stream();

    expect(await failure(api.put('/a', data, { resilience: { idempotent: true } }))).toMatchObject({
      code: 'ECONNREFUSED',
    });
    await adapter.close();
  });

  it.each([
    ['a stream', () => Readable.from(['once'])],
    ['a stream of the web', () => new Blob(['once']).stream()],
  ])('does not repeat %s that an attempt has read', async (_, body) => {
    const server = await stage(503);
    const { api } = protectedApi(server);
    const adapter = _ === 'a stream' ? 'http' : 'fetch';
    await failure(api.put('/a', body(), { adapter, resilience: { idempotent: true } }));

    expect(server.seen.map((seen) => seen.body)).toEqual(['once']);
  });

  it('lets one layer retry: the one further out, where it can be seen', async () => {
    const server = await stage(503);
    const { api, runtime } = protectedApi(server);
    const direct = protect(() => api.get('/a'), { retry: { maxAttempts: 2, delay: 0 } }, { runtime });
    await failure(direct());
    expect(server.seen).toHaveLength(2);

    const later = protect(
      async ({ signal }: { signal: AbortSignal }) => {
        await null;
        return api.get('/a', { signal });
      },
      { retry: { maxAttempts: 2, delay: 0 } },
      { runtime },
    );
    await failure(later({ signal: new AbortController().signal }));
    expect(server.seen).toHaveLength(4);
  });

  it('does not multiply attempts where the layer further out cannot be seen', async () => {
    const server = await stage(503);
    const { api, runtime } = protectedApi(server);
    const unseen = protect(
      async () => {
        await null;
        return api.get('/a');
      },
      { retry: { maxAttempts: 5, delay: 0 } },
      { runtime },
    );
    await failure(unseen());

    expect(server.seen).toHaveLength(3);
  });

  it('uses the default runtime where none is given', async () => {
    const server = await stage(503, 200);
    const api = axios.create({ baseURL: server.url });
    const { protectAxios } = await import('../../../src/http/axios/index.js');
    const { setDefaultRuntime } = await import('../../../src/runtime/index.js');
    const runtime = new Runtime();
    setDefaultRuntime(runtime);
    using _ = protectAxios(api, { name: 'defaulted', retry: { delay: 0 } });

    expect((await api.get('/a')).status).toBe(200);
    expect([...runtime.methods()].map(({ site }) => site)).toContain('defaulted');
  });
});
