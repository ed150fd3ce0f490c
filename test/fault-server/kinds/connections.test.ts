import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fault, type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { viaFetch } from '../client-failures.js';
import { Conversation } from '../conversation.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => server.heal());
afterAll(() => server.close());

/** After which the connection can be used on. */
const harmless: readonly Fault[] = [
  { status: 500 },
  { status: 204 },
  { kind: 'latency', latency: 1 },
  { kind: 'drip', bytes: 30, pause: 1 },
  { kind: 'malformed', part: 'json' },
  { kind: 'malformed', part: 'utf8' },
  { kind: 'malformed', part: 'gzip' },
  { kind: 'malformed', part: 'html' },
  { kind: 'redirect' },
  { kind: 'huge', bytes: 100_000 },
  { kind: 'huge', bytes: 100_000, framing: 'chunked' },
  { kind: 'informational', times: 3 },
];

/** After which it is over. */
const fatal: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'reset', at: 'head' },
  { kind: 'reset', at: 'body' },
  { kind: 'truncate', at: 'start' },
  { kind: 'truncate' },
  { kind: 'truncate', framing: 'chunked' },
  { kind: 'malformed', part: 'statusLine' },
  { kind: 'malformed', part: 'chunkSize' },
  { kind: 'drip', pause: 1, bytes: 50, head: true },
];

describe('a connection', () => {
  it.each(harmless)('can be used again after %j', async (fault) => {
    server.fail({ ...fault, route: '/items/1' } as Fault);
    const { requests } = server.stats;
    const client = new Conversation(server.port).ask('GET /items/1');
    await vi.waitFor(() => expect(server.stats).toMatchObject({ requests: requests + 1, inFlight: 0, concurrency: 0 }));
    await client.ask('GET /items/2').until(/HTTP\/1\.1 200 OK\r\n(?:(?!HTTP).)*\r\n\r\n\{"id":"2","version":\d+\}$/s);

    expect(client.heard).toMatch(/^HTTP.*HTTP/s);
    client.leave();
  });

  it.each(harmless)('carries the answers to pipelined requests in their order, amid them %j', async (fault) => {
    server.fail({ ...fault, route: '/items/2' } as Fault);
    const client = new Conversation(server.port).ask('GET /items/1', 'GET /items/2', 'GET /items/3');
    await client.until(/\{"id":"3","version":\d+\}$/);
    const [first, ...rest] = client.heard.split(/(?=HTTP\/1\.1 )/);

    expect(first).toMatch(/\r\n\r\n\{"id":"1","version":\d+\}$/);
    expect(rest.at(-1)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\{"id":"3","version":\d+\}$/s);
    expect(rest.length).toBeGreaterThanOrEqual(2);
    client.leave();
  });

  it.each(fatal)('answers what was asked before, and nothing behind %j', async (fault) => {
    server.fail([{ kind: 'latency', latency: 5, route: '/items/1' }, { ...fault, route: '/items/2' } as Fault]);
    const client = new Conversation(server.port).ask('GET /items/1', 'GET /items/2', 'GET /items/3');
    await client.ended;

    expect(client.heard).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\{"id":"1","version":\d+\}/s);
    expect(client.heard).not.toContain('"id":"3"');
    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, concurrency: 0 }));
  });

  it.each([...harmless, ...fatal])('carries no body in answer to HEAD: %j', async (fault) => {
    server.fail(fault);
    const client = new Conversation(server.port).ask('HEAD /items/1');
    const isFatal = fatal.includes(fault);
    await (isFatal ? client.ended : client.until(/\r\n\r\n$/));
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(0));

    expect(client.heard).not.toMatch(/\r\n\r\n(?!HTTP|$)/);
    if (!isFatal) {
      server.heal();
      await client.ask('HEAD /items/2').until(/HTTP\/1\.1 200 OK\r\n[^{]*\r\n\r\n$/);
    }
    client.leave();
  });

  it('is left alone by a request behind one that hangs, and forgets both when its client leaves', async () => {
    server.fail({ kind: 'hang', route: '/items/1' });
    const { abandoned } = server.stats;
    const client = new Conversation(server.port).ask('GET /items/1', 'GET /items/2');
    await vi.waitFor(() => expect(server.stats.requests).toBeGreaterThan(0));
    await vi.waitFor(() => expect(server.stats.faults.hang).toBe(1));
    client.leave();

    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, concurrency: 0 }));
    expect(server.stats.abandoned).toBe(abandoned + 1);
    expect(client.heard).toBe('');
  });

  it('loses a fault that waits for its turn behind one that hangs', async () => {
    server.fail([
      { kind: 'hang', route: '/items/1' },
      { kind: 'reset', route: '/items/2' },
      { kind: 'truncate', route: '/items/3' },
    ]);
    const before = server.stats;
    const client = new Conversation(server.port).ask('GET /items/1', 'GET /items/2', 'GET /items/3');
    await vi.waitFor(() => expect(server.stats.faults.truncate).toBe(before.faults.truncate + 1));
    expect(server.stats.inFlight).toBe(3);
    client.leave();

    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, concurrency: 0 }));
    expect(server.stats).toMatchObject({ abandoned: before.abandoned + 3, failed: before.failed });
  });
});

describe('work', () => {
  it.each<[Fault]>([
    [{ kind: 'reset', at: 'head' }],
    [{ kind: 'reset', at: 'body' }],
    [{ kind: 'truncate', at: 'start' }],
    [{ kind: 'truncate' }],
    [{ kind: 'malformed' }],
    [{ kind: 'malformed', part: 'html' }],
    [{ kind: 'contentLength', says: 'less' }],
    [{ kind: 'huge', bytes: 100 }],
    [{ kind: 'drip', pause: 0 }],
  ])('is done although its answer leaves wrong: %j', async (fault) => {
    const named = { headers: { 'idempotency-key': JSON.stringify(fault) } };
    server.fail(fault);
    await viaFetch(`${server.url}/msg`, named);
    server.heal();
    const { replayed } = server.stats;
    const again = await viaFetch(`${server.url}/msg`, named);

    expect(again).toEqual({ status: 200, body: expect.stringMatching(/^\{"id":\d+/) });
    expect(server.stats.replayed).toBe(replayed + 1);
  });

  it.each<[Fault]>([[{ kind: 'reset' }], [{ status: 500 }], [{ kind: 'redirect', to: 'nowhere' }]])(
    'is not done where a fault strikes before: %j',
    async (fault) => {
      const named = { headers: { 'idempotency-key': `not ${JSON.stringify(fault)}` } };
      server.fail(fault);
      await viaFetch(`${server.url}/msg`, named);
      server.heal();
      const { replayed } = server.stats;
      await viaFetch(`${server.url}/msg`, named);

      expect(server.stats.replayed).toBe(replayed);
    },
  );
});
