import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentCall } from '../../src/core/index.js';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { HttpError, RestClient } from '../../src/http/index.js';
import { type GivenPolicies, protect, Runtime } from '../../src/runtime/index.js';

let server: FaultServer;
let client: RestClient;

beforeAll(async () => {
  server = await startFaultServer();
  client = new RestClient({ baseURL: server.url });
});
afterAll(async () => {
  client.close();
  await server.close();
});

/** Answers all requests so, from now on. */
function answer(status: number, headers: Record<string, string>): void {
  server.fail({ status, headers, body: { tile: 7 } });
}

/** A method that keeps the header fields to itself, behind a limiter that follows the server. */
function tiles(policies: GivenPolicies = {}, get = async () => (await client.get('/tile')).data) {
  const runtime = new Runtime();
  const rateLimit = { name: 'maps', limit: 1000, per: '1h', adopt: true } as const;
  return { call: protect(get, { rateLimit, ...policies }, { runtime }), limiter: runtime.limiters };
}

describe('RateLimit → request', () => {
  it('hears what the server tells, although the method gives away only the data', async () => {
    const { call, limiter } = tiles();
    answer(200, { RateLimit: '"hour";r=3;t=3600', 'RateLimit-Policy': '"hour";q=5000;w=3600' });

    expect(await call()).toEqual({ tile: 7 });
    expect(limiter.get('maps').available).toBe(3);
  });

  it('hears it in every attempt and every copy', async () => {
    const { call, limiter } = tiles({ retry: { maxAttempts: 2, delay: 0 }, timeout: '5s' });
    answer(500, { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': '3600' });

    await expect(call()).rejects.toBeInstanceOf(HttpError);
    expect(limiter.get('maps').available).toBe(7); // the second attempt took one of those 8, as did the server's count
  });

  it('hears it from a request that was handed the signal of the call, after an await', async () => {
    const { call, limiter } = tiles({}, async () => {
      const signal = currentCall()?.signal as AbortSignal;
      await null;
      return (await client.get('/tile', { signal })).data;
    });
    answer(200, { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': '3600' });

    await call();
    expect(limiter.get('maps').available).toBe(8);
  });

  it('pauses for a 429, and nobody asks meanwhile', async () => {
    const { call, limiter } = tiles();
    answer(429, { 'retry-after': '3600' });

    await expect(call()).rejects.toMatchObject({ status: 429 });
    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_RATE_LIMITED' });
    expect(limiter.get('maps').available).toBe(0);
  });

  it('tells the nearest limiter of nested calls alone', async () => {
    const inner = tiles();
    const outer = tiles({}, () => inner.call());
    answer(200, { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': '3600' });

    await outer.call();
    expect(inner.limiter.get('maps').available).toBe(8);
    expect(outer.limiter.get('maps').available).toBe(999);
  });
});
