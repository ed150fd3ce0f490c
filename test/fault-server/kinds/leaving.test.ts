import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../src/core/index.js';
import { type Fault, type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { Conversation } from '../conversation.js';
import { rawRequest } from '../raw-request.js';

const pause = 2;
const faults: readonly Fault[] = [
  { status: 503, latency: { min: 0, max: 4 } },
  { kind: 'latency', latency: { distribution: 'exponential', mean: 3 } },
  ...(['start', 'head', 'body'] as const).flatMap((at): Fault[] => [
    { kind: 'reset', at },
    { kind: 'hang', at },
    { kind: 'truncate', at },
  ]),
  { kind: 'truncate', framing: 'chunked' },
  { kind: 'truncate', framing: 'close' },
  { kind: 'malformed' },
  { kind: 'malformed', part: 'fieldTooLarge', bytes: 2 ** 20 },
  { kind: 'malformed', part: 'gzipCut' },
  { kind: 'contentLength' },
  { kind: 'contentLength', says: 'less' },
  { kind: 'redirect' },
  { kind: 'drip', bytes: 9, pause },
  { kind: 'drip', bytes: 40, pause, head: true },
  { kind: 'huge', endless: true },
  { kind: 'huge', endless: true, gzip: true },
  { kind: 'huge', bytes: 2 ** 20 },
  { kind: 'informational', times: 5, pause },
  { kind: 'informational', times: 1000, status: 102 },
];

const requests = ['GET /items/1', 'GET /echo', 'HEAD /items/2', 'GET /msg?delay=3'];
const clients = 24;

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

describe('a client that leaves at any moment, in any way', () => {
  it.each(faults)('costs nothing that outlives it: %j', async (fault) => {
    const random = seededRandom(11);
    server.fail(fault);
    await Promise.all(Array.from({ length: clients }, () => comeAndGo(random)));
    server.heal();

    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, concurrency: 0, queued: 0 }));
    await vi.waitFor(() => expect(server.stats.connections.open).toBe(0));
    expect((await rawRequest(server.port, '/items/1')).text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('leaves numbers behind that add up', () => {
    const { requests: came, answered, failed, refused, timedOut, abandoned } = server.stats;

    expect(came).toBeGreaterThan(faults.length * clients);
    expect(answered + failed + refused + timedOut + abandoned).toBe(came);
  });
});

/** Asks once or several times at once, stays for a while, and leaves. */
async function comeAndGo(random: ReturnType<typeof seededRandom>): Promise<void> {
  const pick = <T>(choices: readonly T[]) => choices[Math.floor(random.next() * choices.length)] as T;
  const client = new Conversation(server.port);
  const asked = Array.from({ length: pick([1, 1, 2, 5]) }, () => pick(requests));
  const [stay, how] = [random.next() * 12, pick(['fin', 'reset', 'half', 'fin'] as const)];
  client.ask(...asked);
  await new Promise((resolve) => setTimeout(resolve, stay));
  client.leave(how);
  if (how === 'half') {
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.leave();
  }
  await client.ended;
}
