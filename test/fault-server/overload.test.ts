import { Agent, get, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FaultServer, type FaultServerOptions, startFaultServer } from '../../src/fault-server/index.js';

let server: FaultServer;
const agent = new Agent({ keepAlive: true, maxSockets: 200 });
afterEach(() => server.close());

describe('a server with few workers', () => {
  it('works on as many requests at once as it has workers, and never on more', async () => {
    await start({ workers: 8, serviceTime: { min: 0, max: 2 } });
    const statuses = await Promise.all(Array.from({ length: 500 }, () => request('/msg').arrived()));

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(server.stats).toMatchObject({
      requests: 500,
      answered: 500,
      peakBusyWorkers: 8,
      busyWorkers: 0,
      inFlight: 0,
      queued: 0,
    });
    expect(server.stats.peakConcurrency).toBeGreaterThan(8);
    expect(server.stats.peakConcurrency).toBeLessThanOrEqual(50);
  });

  it('lets requests wait in turn, and refuses those that find the queue full', async () => {
    await start({ workers: 1, queueLimit: 2 });
    const first = request('/msg?delay=60000');
    await inFlight(1);
    const second = request('/items/second');
    await inFlight(2);
    const third = request('/items/third');
    await inFlight(3);
    expect(server.stats).toMatchObject({ busyWorkers: 1, queued: 2 });
    const fourth = await fetch(`${server.url}/msg`);

    expect(fourth.status).toBe(503);
    expect(await fourth.json()).toMatchObject({ detail: 'all workers are busy and the queue is full' });
    first.leave();
    expect(await Promise.all([second.arrived(), third.arrived()])).toEqual([200, 200]);
    expect([await second.body, await third.body]).toEqual([
      '{"id":"second","version":1}',
      '{"id":"third","version":2}',
    ]);
    expect(server.stats).toMatchObject({ answered: 2, refused: 1, abandoned: 1, queued: 0, busyWorkers: 0 });
  });

  it('frees the worker of a client that has gone, and skips those that left the queue', async () => {
    await start({ workers: 1 });
    const leaver = request('/msg?delay=60000');
    await inFlight(1);
    const queuedLeaver = request('/msg?delay=60000');
    await inFlight(2);
    const patient = request('/msg');
    await inFlight(3);
    queuedLeaver.leave();
    await inFlight(2);
    leaver.leave();

    expect(await patient.arrived()).toBe(200);
    expect(server.stats).toMatchObject({ answered: 1, abandoned: 2, busyWorkers: 0, queued: 0, inFlight: 0 });
    expect(server.journal.entries().map(({ outcome }) => outcome)).toEqual(['abandoned', 'abandoned', 'answered']);
  });

  it('keeps no worker busy with faults and their latency', async () => {
    await start({ workers: 1, queueLimit: 0 });
    server.fail([
      { kind: 'hang', route: '/items' },
      { kind: 'latency', latency: 30 },
    ]);
    const hanging = request('/items/1');
    await inFlight(1);
    const statuses = await Promise.all([1, 2, 3].map(() => fetch(`${server.url}/stats`)));
    const late = await request('/msg').arrived();
    hanging.leave();

    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(late).toBe(200);
    expect(server.stats).toMatchObject({ refused: 0, answered: 1 });
  });

  it('does no work for a request that it has failed', async () => {
    await start({ workers: 1 });
    server.fail({ status: 500 });

    expect(await request('/msg').arrived()).toBe(500);
    expect(server.stats).toMatchObject({ failed: 1, answered: 0, peakBusyWorkers: 0 });
  });

  it('is not ready while its queue is full', async () => {
    await start({ workers: 1, queueLimit: 0 });
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    const busy = request('/msg?delay=60000');
    await inFlight(1);

    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    busy.leave();
    await inFlight(0);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});

describe('a server under load', () => {
  it('loses no request and forgets the old ones', async () => {
    await start({ journalLimit: 100 });
    server.fail({ rate: 0.25, status: 500 });
    const lanes = Array.from({ length: 50 }, async () => {
      const statuses: number[] = [];
      for (let sent = 0; sent < 40; sent++) statuses.push(await request('/msg').arrived());
      return statuses;
    });
    const statuses = (await Promise.all(lanes)).flat();
    const failed = statuses.filter((status) => status === 500).length;

    expect(statuses).toHaveLength(2000);
    expect(failed).toBeGreaterThan(400);
    expect(failed).toBeLessThan(600);
    expect(server.stats).toMatchObject({ requests: 2000, answered: 2000 - failed, failed, inFlight: 0, abandoned: 0 });
    expect(server.stats.faults).toMatchObject({ status: failed, latency: 0, reset: 0, hang: 0 });
    expect(server.stats.peakConcurrency).toBeLessThanOrEqual(50);
    expect(server.journal.entries()).toHaveLength(100);
    expect(server.journal.entries()[0]).toMatchObject({ number: 1901 });
    expect(server.journal.seen).toBe(2000);
  });
});

async function start(options: FaultServerOptions): Promise<void> {
  server = await startFaultServer(options);
}

function inFlight(requests: number): Promise<void> {
  return vi.waitFor(() => expect(server.stats.inFlight).toBe(requests), { interval: 2 });
}

/** One request over a kept connection; `leave` ends it from the side of the client. */
function request(path: string) {
  const sent = get(server.url + path, { agent });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', resolve);
  });
  const body = answered.then(textOf);
  body.catch(() => {}); // those that leave are not asked how it went
  return {
    body,
    /** The status, once the body has arrived. */
    arrived: async () => {
      await body;
      return (await answered).statusCode as number;
    },
    leave: () => sent.destroy(),
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8');
  return (await answer.toArray()).join('');
}
