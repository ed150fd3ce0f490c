import { getEventListeners } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RestClient } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

/** What keeps the process alive, of the kinds that clients make. */
function active(): Record<string, number> {
  const kinds = process
    .getActiveResourcesInfo()
    .filter((kind) => ['Timeout', 'TCPSocketWrap', 'TLSWrap'].includes(kind));
  return Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]));
}

const replies: Reply[] = [
  200,
  503,
  404,
  { reset: true },
  { hang: true },
  { headers: { 'retry-after': '0' }, status: 429 },
];

it('leaves no socket, no timer and no listener behind, whatever became of its requests', async () => {
  const before = active();
  const controller = new AbortController();
  const client = new RestClient({
    ...{ baseURL: origin.url, runtime: new Runtime(), timeout: { total: 400, attempt: 60 }, cache: true },
    ...{ retry: { delay: 1, budget: false }, circuitBreaker: { failureThreshold: 1000 }, pool: { size: 4 } },
    auth: async () => ({ 'x-user': 'me' }),
  });
  for (const reply of replies) {
    origin.replies = [reply];
    const options = { signal: controller.signal, query: { of: JSON.stringify(reply) } };
    await Promise.allSettled([
      ...[1, 2, 3].map(() => client.get('/', options)),
      ...[1, 2].map(() => client.post('/', { ...options, body: { a: 1 }, idempotencyKey: true })),
      client.stream('GET', '/', options).then(({ data }) => buffer(data)),
      client.stream('GET', '/', options).then(({ data }) => data.destroy()),
    ]);
  }

  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  client.close();
  await vi.waitFor(() => expect(origin.connections).toBe(0));
  await new Promise((resolve) => setTimeout(resolve, 50)); // what is closed is gone a turn later
  const after = active();
  expect(after.TCPSocketWrap ?? 0).toBe(before.TCPSocketWrap ?? 0);
  expect(after.Timeout ?? 0).toBeLessThanOrEqual(before.Timeout ?? 0);
});

it('keeps as many connections as were needed at a time, and no more', async () => {
  const client = new RestClient({ baseURL: origin.url, runtime: new Runtime(), pool: { size: 3 } });
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 10 }, () => client.get('/')));

  expect(origin.connections).toBe(3);
  client.close();
});
