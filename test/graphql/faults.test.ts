import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { GraphQLClient, type GraphQLClientOptions } from '../../src/graphql/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { prometheus } from '../../src/telemetry/prometheus/index.js';

/** Those that strike a number of requests. */
type CountableFault = Exclude<Fault, { kind: 'refuse' }>;

/** What the server answers once it no longer fails. */
const well: Fault = { status: 200, body: { data: { hello: 'world' } } };

let server: FaultServer;
let client: GraphQLClient;
const clients: GraphQLClient[] = [];
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => {
  server.heal();
  server.journal.clear();
  client = made();
});
afterEach(() => {
  for (const each of clients.splice(0)) each.close();
});
afterAll(() => server.close());

function made(options: Partial<GraphQLClientOptions> = {}): GraphQLClient {
  const created = new GraphQLClient({
    ...{ baseURL: server.url, path: '/messages', timeout: { read: 100 } },
    ...{ retry: { maxAttempts: 2, delay: 1 } },
    ...options,
  });
  clients.push(created);
  return created;
}

/** Fails once, then answers well. */
function failOnce(fault: CountableFault, then: Fault = well): void {
  server.fail([{ ...fault, count: 1 }, then]);
}

const faults: [string, CountableFault, string][] = [
  ['an answer of 500', { status: 500 }, 'HTTP_500'],
  ['an answer of 503', { status: 503, retryAfter: 0 }, 'HTTP_503'],
  ['an answer of 429', { status: 429, retryAfter: 0 }, 'HTTP_429'],
  ['a page', { status: 200, body: 'maintenance' }, 'GRAPHQL_MALFORMED_ANSWER'],
  ['a failure in an answer of 200', failing('SERVICE_UNAVAILABLE'), 'GRAPHQL_SERVICE_UNAVAILABLE'],
  ['a reset before the answer', { kind: 'reset' }, 'ECONNRESET'],
  ['a reset amid the answer', { kind: 'reset', at: 'body' }, 'ECONNRESET'],
  ['an answer that never comes', { kind: 'hang' }, 'HTTP_READ_TIMEOUT'],
];

describe('against a server that fails in every way', () => {
  it.each(faults)('a query is sent again after %s', async (_, fault) => {
    failOnce(fault);

    expect((await client.query('{ hello }')).data).toEqual({ hello: 'world' });
    expect(requests()).toBe(2);
  });

  it.each(faults)('a mutation is sent once, and fails by %s', async (_, fault, code) => {
    failOnce(fault);

    await expect(client.mutate('mutation { hello }')).rejects.toMatchObject({ code, attempt: 1, endpoint: 'mutation' });
    expect(requests()).toBe(1);
  });

  it.each(faults)('a batch is sent again after %s', async (_, fault) => {
    const both = made({ batch: true });
    failOnce(fault, { status: 200, body: [{ data: { n: 1 } }, { data: { n: 2 } }] });
    const [one, other] = await Promise.all([both.query('{ n }'), both.query('{ n }')]);

    expect([one.data, other.data]).toEqual([{ n: 1 }, { n: 2 }]);
    expect(requests()).toBe(2);
  });
});

describe('metrics', () => {
  it('name operations, not URLs', async () => {
    const registry = new Registry();
    const runtime = new Runtime({ listeners: [prometheus({ registry })] });
    const counted = made({ name: 'messages', runtime });
    server.fail(well);
    await counted.query('query GetHello { hello }');
    await counted.mutate('mutation SayHello { hello }');
    const text = await registry.metrics();

    expect(text).toMatch(/resilience_http_requests_total\{.*endpoint="query GetHello".*\} 1/);
    expect(text).toMatch(/resilience_http_requests_total\{.*endpoint="mutation SayHello".*\} 1/);
    await runtime.dispose();
  });
});

function failing(code: string): CountableFault {
  return { kind: 'graphqlErrors', route: '/messages', errors: [{ message: 'no', extensions: { code } }] };
}

function requests(): number {
  return server.journal.entries({ path: '/messages' }).length;
}
