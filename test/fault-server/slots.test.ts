import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { Conversation } from './conversation.js';

const ask = (server: FaultServer, path: string, signal?: AbortSignal) => {
  const answer = fetch(server.url + path, signal ? { signal } : {});
  answer.catch(() => {});
  return answer;
};
const seen = (server: FaultServer, stats: object) => vi.waitFor(() => expect(server.stats).toMatchObject(stats));

describe('the slots of a server', () => {
  it('let in as many requests as there are slots, those that fail included', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, maxConcurrency: 2 });
    server.fail({ kind: 'latency', latency: 100, route: '/items' });
    const slow = [ask(server, '/items/1'), ask(server, '/items/2')];
    await seen(server, { concurrency: 2 });
    const next = ask(server, '/msg');
    await seen(server, { concurrency: 2, queued: 1, inFlight: 3 });
    await clock.advance(100);

    expect((await Promise.all([...slow, next])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.stats).toMatchObject({ concurrency: 0, peakConcurrency: 2, queued: 0, answered: 3 });
  });

  it('are 50 unless told otherwise', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    const asked = Array.from({ length: 60 }, () => ask(server, '/msg?delay=10'));
    await seen(server, { concurrency: 50, queued: 10 });
    await clock.advance(10);
    await seen(server, { concurrency: 10, queued: 0 });
    await clock.advance(10);

    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.stats.peakConcurrency).toBe(50);
  });

  it('refuse those that find the queue before them full, with 503 problem details', async () => {
    await using server = await startFaultServer({ clock: new ManualClock(), maxConcurrency: 1, queueLimit: 0 });
    ask(server, '/msg?delay=10');
    await seen(server, { concurrency: 1 });
    const refused = await ask(server, '/msg');

    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ detail: 'the server is full, and so is the queue before it' });
    expect((await ask(server, '/health/ready')).status).toBe(503);
  });

  it.each<[string, (server: FaultServer) => void, string]>([
    ['an answer', () => {}, '/msg'],
    ['an unknown path', () => {}, '/nowhere'],
    ['a status', (server) => server.fail({ status: 500 }), '/msg'],
    ['a reset', (server) => server.fail({ kind: 'reset' }), '/msg'],
    ['a reset amid the body', (server) => server.fail({ kind: 'reset', at: 'body' }), '/msg'],
  ])('are given back after %s', async (_, arm, path) => {
    await using server = await startFaultServer({ maxConcurrency: 1 });
    arm(server);
    for (let round = 0; round < 3; round++)
      await (await ask(server, path).catch(() => undefined))?.text().catch(() => {});
    await seen(server, { requests: 3, concurrency: 0, inFlight: 0, queued: 0 });
  });

  it('are given back when a client leaves: in its slot, in the queue, and while it hangs', async () => {
    await using server = await startFaultServer({ clock: new ManualClock(), maxConcurrency: 2 });
    server.fail({ kind: 'hang', route: '/items' });
    const leaver = new AbortController();
    for (const path of ['/items/1', '/msg?delay=10']) {
      const { concurrency } = server.stats;
      ask(server, path, leaver.signal);
      await seen(server, { concurrency: concurrency + 1 });
    }
    ask(server, '/msg', leaver.signal);
    await seen(server, { queued: 1 });
    leaver.abort();

    await seen(server, { abandoned: 3, concurrency: 0, queued: 0, inFlight: 0 });
    expect((await ask(server, '/msg')).status).toBe(200);
  });
});

describe('a request that is wrong', () => {
  it('keeps its slot until its answer has left, and no longer than its time', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, maxConcurrency: 1, requestTimeout: '1s' });
    server.fail({ kind: 'hang', at: 'body' });
    ask(server, '/msg?delay=-1');
    await seen(server, { concurrency: 1, failed: 1 });
    ask(server, '/msg?delay=-1');
    await seen(server, { concurrency: 1, queued: 1, failed: 1 });
    await clock.advance(1000); // the first gives its slot to the second, at the end of its time as well
    await seen(server, { concurrency: 0, queued: 0, failed: 2, timedOut: 0 });
  });

  it('is one request, also when its client leaves before the turn of its answer', async () => {
    await using server = await startFaultServer({ clock: new ManualClock() });
    server.fail([
      { kind: 'hang', count: 1 },
      { kind: 'reset', at: 'body' },
    ]);
    const client = new Conversation(server.port).ask('GET /msg', 'GET /msg?delay=-1');
    await seen(server, { requests: 2, concurrency: 2 });
    client.leave();
    await seen(server, { inFlight: 0, concurrency: 0 });

    expect(server.stats).toMatchObject({ requests: 2, abandoned: 2, peakConcurrency: 2 });
    expect(server.journal.seen).toBe(2);
  });

  it('takes no slot and no fault when its client left amid its body', async () => {
    await using server = await startFaultServer();
    server.fail({ count: 5 });
    const head = 'POST /msg HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\ncontent-type: text/plain\r\n\r\n';
    connect(server.port, '127.0.0.1').end(`${head}abc`).resume();
    await seen(server, { requests: 1, abandoned: 1, inFlight: 0 });

    expect(server.stats).toMatchObject({ peakConcurrency: 0, faults: { status: 0 } });
    expect(server.faults[0]?.countLeft).toBe(5);
  });
});

describe('the time of a request', () => {
  it('ends it with 504 problem details, be it late or slow', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, maxConcurrency: 2, requestTimeout: '1s' });
    server.fail({ kind: 'latency', latency: '5s', route: '/items' });
    const asked = [ask(server, '/items/1'), ask(server, '/msg?delay=5000')];
    await seen(server, { concurrency: 2, busyWorkers: 1 });
    await clock.advance(999);
    expect(server.stats.timedOut).toBe(0);
    await clock.advance(1);
    const answers = await Promise.all(asked);

    expect(answers.map(({ status }) => status)).toEqual([504, 504]);
    expect(await answers[0]?.json()).toMatchObject({ detail: 'the request took more than 1000 ms' });
    expect(server.stats).toMatchObject({ timedOut: 2, concurrency: 0, queued: 0, busyWorkers: 0, inFlight: 0 });
    expect(server.journal.entries().map(({ outcome, status, took }) => [outcome, status, took])).toEqual([
      ['timedOut', 504, 1000],
      ['timedOut', 504, 1000],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('goes on in the queue, where an answer that has begun keeps the slot', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, maxConcurrency: 1, requestTimeout: '1s' });
    server.fail({ kind: 'drip', pause: '1m', count: 1 });
    ask(server, '/msg');
    await seen(server, { concurrency: 1, failed: 1 });
    const waiting = ask(server, '/msg');
    await seen(server, { queued: 1 });
    await clock.advance(1000);

    expect((await waiting).status).toBe(504);
    expect(server.stats).toMatchObject({ timedOut: 1, concurrency: 1, queued: 0 });
  });

  it('takes the slot from a request that hangs, and says nothing to it', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, maxConcurrency: 1, requestTimeout: '1s' });
    server.fail({ kind: 'hang', count: 1 });
    const socket = connect(server.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes;
    });
    socket.write('GET /msg HTTP/1.1\r\nhost: a\r\n\r\n');
    await seen(server, { concurrency: 1 });
    await clock.advance(1000);

    expect((await ask(server, '/msg')).status).toBe(200);
    expect(server.stats).toMatchObject({ concurrency: 0, inFlight: 1, timedOut: 0 });
    expect(heard).toBe('');
    socket.destroy();
    await seen(server, { inFlight: 0, abandoned: 1 });
  });

  it('is as long as it takes when it is 0, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock, requestTimeout: 0 });
    const slow = ask(server, '/msg?delay=3600000');
    await seen(server, { busyWorkers: 1 });
    await clock.advance(3_600_000);

    expect((await slow).status).toBe(200);
    expect(clock.pending).toBe(0);
  });
});
