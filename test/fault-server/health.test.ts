import { describe, expect, it } from 'vitest';
import { startFaultServer } from '../../src/fault-server/index.js';
import { jsonOf } from './json-of.js';

describe('/health/ready', () => {
  it('is 200 while requests are served, also while some fail', async () => {
    await using server = await startFaultServer();
    server.fail([
      { status: 500, rate: 0.5 },
      { status: 500, route: '/msg' },
      { kind: 'latency', latency: 1 },
    ]);
    const answer = await fetch(`${server.url}/health/ready`);

    expect(answer.status).toBe(200);
    expect(await jsonOf(answer)).toEqual({ status: 'ready' });
  });

  it('is 503 while all requests fail on command', async () => {
    await using server = await startFaultServer();
    server.fail({ status: 429 });
    const answer = await fetch(`${server.url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await jsonOf(answer)).toEqual({ status: 'not ready', reasons: ['all requests fail on command'] });
    server.heal();

    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  it.each([
    [{ maxConcurrency: 1, queueLimit: 0 }, 'all slots are taken and the queue is full'],
    [{ workers: 1, queueLimit: 0 }, 'all workers are busy and the queue is full'],
  ])('is 503 with %j while the server is full', async (options, reason) => {
    await using server = await startFaultServer(options);
    const waiting = fetch(`${server.url}/msg?delay=60000`).catch(() => {});
    while (server.stats.busyWorkers === 0) await new Promise(setImmediate);
    const answer = await fetch(`${server.url}/health/ready`);

    expect(answer.status).toBe(503);
    expect(await jsonOf(answer)).toEqual({ status: 'not ready', reasons: [reason] });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await server.close();
    await waiting;
  });
});
