import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { currentCall } from '../../src/core/index.js';
import { HttpError, RestClient } from '../../src/http/index.js';
import { type GivenPolicies, protect, Runtime } from '../../src/runtime/index.js';

/** What the server answers next. */
const next = { status: 200, fields: {} as Record<string, string> };
let server: Server;
let client: RestClient;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(next.status, { 'content-type': 'application/json', ...next.fields });
    response.end('{"tile":7}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new RestClient({ baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
beforeEach(() => Object.assign(next, { status: 200, fields: {} }));
afterAll(async () => {
  client.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A method that keeps the header fields to itself, behind a limiter that follows the server. */
function tiles(policies: GivenPolicies = {}, get = async () => (await client.get('/tile')).data) {
  const runtime = new Runtime();
  const rateLimit = { name: 'maps', limit: 1000, per: '1h', adopt: true } as const;
  return { call: protect(get, { rateLimit, ...policies }, { runtime }), limiter: runtime.limiters };
}

describe('RateLimit → request', () => {
  it('hears what the server tells, although the method gives away only the data', async () => {
    const { call, limiter } = tiles();
    next.fields = { RateLimit: '"hour";r=3;t=3600', 'RateLimit-Policy': '"hour";q=5000;w=3600' };

    expect(await call()).toEqual({ tile: 7 });
    expect(limiter.get('maps').available).toBe(3);
  });

  it('hears it in every attempt and every copy', async () => {
    const { call, limiter } = tiles({ retry: { maxAttempts: 2, delay: 0 }, timeout: '5s' });
    Object.assign(next, { status: 500, fields: { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': '3600' } });

    await expect(call()).rejects.toBeInstanceOf(HttpError);
    expect(limiter.get('maps').available).toBe(7); // the second attempt took one of those 8, as did the server's count
  });

  it('hears it from a request that was handed the signal of the call, after an await', async () => {
    const { call, limiter } = tiles({}, async () => {
      const signal = currentCall()?.signal as AbortSignal;
      await null;
      return (await client.get('/tile', { signal })).data;
    });
    next.fields = { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': '3600' };

    await call();
    expect(limiter.get('maps').available).toBe(8);
  });

  it('pauses for a 429, and nobody asks meanwhile', async () => {
    const { call, limiter } = tiles();
    Object.assign(next, { status: 429, fields: { 'retry-after': '3600' } });

    await expect(call()).rejects.toMatchObject({ status: 429 });
    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_RATE_LIMITED' });
    expect(limiter.get('maps').available).toBe(0);
  });

  it('tells the nearest limiter of nested calls alone', async () => {
    const inner = tiles();
    const outer = tiles({}, () => inner.call());
    next.fields = { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': '3600' };

    await outer.call();
    expect(inner.limiter.get('maps').available).toBe(8);
    expect(outer.limiter.get('maps').available).toBe(999);
  });
});
