import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { type Fault, startFaultServer } from '../../src/fault-server/index.js';
import { ManualClock, settle } from '../../src/testing/index.js';
import { attempt, codeOf } from './attempt.js';
import { jsonOf } from './json-of.js';
import { rawRequest } from './raw-request.js';

const json = { 'content-type': 'application/json' };

function put(url: string, body: unknown): Promise<Response> {
  return fetch(`${url}/faults`, { method: 'PUT', headers: json, body: JSON.stringify(body) });
}

/** Connects and says nothing; resolves when the connection is there. */
async function visit(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {}); // how it ends is asked for by those who care
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

describe('the connections of a server', () => {
  it('are counted as they come and go', async () => {
    await using server = await startFaultServer();
    const [one, other] = [await visit(server.port), await visit(server.port)];
    await vi.waitFor(() => expect(server.stats.connections).toEqual({ accepted: 2, open: 2, failed: 0 }));
    one.destroy();
    await vi.waitFor(() => expect(server.stats.connections).toEqual({ accepted: 2, open: 1, failed: 0 }));
    other.destroy();
  });
});

describe('a reset when the connection is there', () => {
  it('comes before a byte, is counted, and is no request', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'reset', at: 'connect', count: 2 });

    expect(await rawRequest(server.port, '/msg')).toEqual({ text: '', ended: 'reset' });
    expect(await attempt(`${server.url}/msg`)).toEqual({ code: 'ECONNRESET' });
    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
    expect(server.stats).toMatchObject({
      requests: 1,
      faults: { reset: 2 },
      connections: { accepted: 3, failed: 2 },
    });
    expect(server.journal.seen).toBe(1);
  });

  it('is told by fetch as a failure of the connection', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'reset', at: 'connect' });

    expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(await codeOf(fetch(`${server.url}/msg`)));
  });

  it('strikes a share of the connections, the same ones each time', async () => {
    await using server = await startFaultServer();
    const heard = async () => {
      server.fail({ kind: 'reset', at: 'connect', rate: 0.5 });
      const codes: (string | undefined)[] = [];
      for (let client = 0; client < 20; client++) codes.push((await attempt(`${server.url}/msg`)).code);
      return codes;
    };
    const first = await heard();

    expect(new Set(first)).toEqual(new Set(['ECONNRESET', undefined]));
    expect(await heard()).toEqual(first);
  });

  it('comes after its latency, by the clock of the server', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    server.fail({ kind: 'reset', at: 'connect', latency: '3s' });
    let answer: unknown;
    const asked = attempt(`${server.url}/msg`).then((heard) => {
      answer = heard;
    });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.advance(2999);
    expect(answer).toBeUndefined();
    await clock.advance(1);
    await asked;

    expect(answer).toEqual({ code: 'ECONNRESET' });
    expect(clock.pending).toBe(0);
  });

  it.each(['', 'GET /msg HTTP/1.1\r\nhost: test\r\n\r\n'])(
    'forgets a client that leaves before, having said %j',
    async (said) => {
      const clock = new ManualClock();
      await using server = await startFaultServer({ clock });
      server.fail({ kind: 'reset', at: 'connect', latency: '3s' });
      const socket = await visit(server.port);
      socket.write(said);
      await vi.waitFor(() => expect(clock.pending).toBe(1));
      socket.destroy();

      await vi.waitFor(() => expect(server.stats.connections.open).toBe(0));
      expect(clock.pending).toBe(0);
    },
  );

  it('keeps nobody when the server closes before', async () => {
    const clock = new ManualClock();
    const server = await startFaultServer({ clock });
    server.fail({ kind: 'reset', at: 'connect', latency: '3s' });
    const asked = attempt(`${server.url}/msg`);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await server.close();

    expect(await asked).toEqual({ code: 'ECONNRESET' });
    expect(clock.pending).toBe(0);
  });
});

describe('a connection that hangs from its start', () => {
  it('is there, and nothing that the client sends is seen as a request', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'hang', at: 'connect', count: 1 });
    const socket = await visit(server.port);
    const heard: string[] = [];
    socket.on('data', (data) => heard.push(String(data)));
    socket.write('GET /msg HTTP/1.1\r\nhost: test\r\n\r\n');

    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
    expect(server.stats).toMatchObject({ requests: 1, faults: { hang: 1 }, connections: { open: 1, failed: 1 } });
    expect(heard).toEqual([]);
    socket.destroy();
    await vi.waitFor(() => expect(server.stats.connections.open).toBe(0));
  });

  it.each([
    ['in an orderly way', (socket: Socket) => socket.end()],
    ['by a reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('notices that a client leaves %s that has sent much', async (_how, leave) => {
    await using server = await startFaultServer();
    server.fail({ kind: 'hang', at: 'connect', count: 1 });
    const socket = await visit(server.port);
    await new Promise((sent) => socket.write(Buffer.alloc(150_000), sent));
    expect(server.stats.connections.open).toBe(1);
    leave(socket);

    await vi.waitFor(() => expect(server.stats.connections.open).toBe(0), 10_000);
    socket.destroy();
  });

  it('makes a client wait that sends much', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'hang', at: 'connect', count: 1 });
    const socket = await visit(server.port);
    for (let sent = 0; sent < 512; sent++) socket.write(Buffer.alloc(65_536));
    for (let turn = 0; turn < 2000; turn++) await settle(); // much longer than all of it needs to leave

    expect(socket.writableLength).toBeGreaterThan(0);
    socket.destroy();
  });
});

describe('a control port', () => {
  it('is none unless asked for', async () => {
    await using server = await startFaultServer();

    expect(server.controlUrl).toBeUndefined();
  });

  it('takes faults and heals while the other port refuses, and is not counted', async () => {
    await using server = await startFaultServer({ controlPort: 0 });
    const control = server.controlUrl ?? '';
    expect(new URL(control).port).not.toBe(String(server.port));
    const told = await put(control, { kind: 'refuse' });
    expect([told.status, told.headers.get('connection')]).toEqual([200, 'keep-alive']);
    expect(await attempt(`${server.url}/msg`)).toEqual({ code: 'ECONNREFUSED' });
    expect(await jsonOf(fetch(`${control}/faults`))).toEqual({ faults: [{ kind: 'refuse' }] });
    expect((await attempt(`${control}/health/ready`)).status).toBe(503);
    expect((await fetch(`${control}/faults`, { method: 'DELETE' })).status).toBe(204);

    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
    expect((await jsonOf(fetch(`${control}/stats`))).connections).toMatchObject({ accepted: 1, failed: 0 });
  });

  it.each<Fault>([{ kind: 'reset', at: 'connect' }, { kind: 'hang', at: 'connect' }, { kind: 'refuse' }])(
    'is struck by no fault on connections, such as %j',
    async (fault) => {
      await using server = await startFaultServer({ controlPort: 0 });
      server.fail(fault);

      expect((await attempt(`${server.controlUrl}/health/live`)).status).toBe(200);
    },
  );

  it('keeps its own connections apart from those that are counted and cut', async () => {
    await using server = await startFaultServer({ controlPort: 0 });
    const idle = await visit(Number(new URL(server.controlUrl ?? '').port));
    await attempt(`${server.controlUrl}/health/live`); // by now the server has seen both
    server.fail({ kind: 'refuse' });
    expect(server.stats.connections).toEqual({ accepted: 0, open: 0, failed: 0 });
    idle.write('GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n');

    const [answer] = await new Promise<Buffer[]>((resolve) => idle.once('data', (data) => resolve([data])));
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK/);
    idle.destroy();
  });

  it.each(['/msg', '/echo', '/items/1', '/nowhere', '/graphql'])('does not answer %s', async (path) => {
    await using server = await startFaultServer({ controlPort: 0 });
    const answer = await attempt(`${server.controlUrl}${path}`);

    expect(answer.status).toBe(404);
    expect(answer.body).toContain('this port is for steering');
    expect(server.stats.requests).toBe(0);
  });

  it('leaves the steering paths on the other port as well', async () => {
    await using server = await startFaultServer({ controlPort: 0 });

    expect((await put(server.url, { status: 500, count: 1 })).status).toBe(200);
    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 500 });
  });

  it('that is taken lets the start fail, and nothing is left behind', async () => {
    await using other = await startFaultServer();
    await using probe = await startFaultServer();
    const { port } = probe;
    await probe.close();
    await expect(startFaultServer({ port, controlPort: other.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });

    expect(await attempt(`http://127.0.0.1:${port}/msg`)).toEqual({ code: 'ECONNREFUSED' });
  });
});

describe('a fault on all connections, set over HTTP without a control port', () => {
  const endless = 'must be given: no connection could get in to end the fault, as the server has no controlPort';

  it.each<[object, string]>([
    [{ kind: 'refuse' }, 'duration'],
    [{ kind: 'reset', at: 'connect' }, 'duration or count'],
    [{ kind: 'hang', at: 'connect', rate: 0.9 }, 'duration or count'],
  ])('must have an end: %j', async (fault, field) => {
    await using server = await startFaultServer();
    const answer = await put(server.url, [{ status: 500 }, fault]);

    expect(answer.status).toBe(400);
    expect(await jsonOf(answer)).toMatchObject({ field: `[1].${field}`, rule: endless });
    expect(server.faults).toEqual([]);
  });

  it.each<object>([
    { kind: 'reset', at: 'connect', count: 1 },
    { kind: 'reset', at: 'connect', duration: 1000 },
    { kind: 'reset' },
    { phases: [{ lasts: 1000, faults: { kind: 'refuse' } }] },
    { phases: [{ lasts: 1000, faults: { kind: 'refuse' } }], repeat: 3 },
  ])('is taken when it has one, or leaves connections alone: %j', async (body) => {
    await using server = await startFaultServer({ clock: new ManualClock() });

    expect((await put(server.url, body)).status).toBe(200);
  });

  it('is told to the client before its connection ends', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    const other = await visit(server.port);
    const reset = new Promise((resolve) => other.once('error', resolve));
    const answer = await put(server.url, { kind: 'refuse', duration: '5s' });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await jsonOf(answer)).toEqual({ faults: [{ kind: 'refuse', duration: '5s', durationLeft: 5000 }] });
    expect(await reset).toMatchObject({ code: 'ECONNRESET' });
    expect(await attempt(`${server.url}/faults`)).toEqual({ code: 'ECONNREFUSED' });
    await vi.waitFor(() => expect(server.stats.connections).toEqual({ accepted: 2, open: 0, failed: 1 }));
    await clock.advance('5s');
    expect(await attempt(`${server.url}/faults`)).toMatchObject({ status: 200 });
  });
});

describe('a connection on which the server was steered', () => {
  it('is cut like any other, once it has its answer', async () => {
    await using server = await startFaultServer();
    const agent = new Agent({ keepAlive: true });
    expect(await attempt(`${server.url}/faults`, { agent })).toMatchObject({ status: 200 });
    server.fail({ kind: 'refuse' });

    await vi.waitFor(() => expect(server.stats.connections).toEqual({ accepted: 1, open: 0, failed: 1 }));
    agent.destroy();
  });
});

describe('closing a server', () => {
  it('ends connections that wait, hang or say nothing', async () => {
    const server = await startFaultServer();
    const silent = await visit(server.port);
    server.fail({ kind: 'hang', at: 'connect' });
    const hanging = await visit(server.port);
    const ended = [silent, hanging].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await vi.waitFor(() => expect(server.stats.connections.open).toBe(2));
    await server.close();
    await Promise.all(ended);

    expect(server.stats.connections.open).toBe(0);
  });

  it('waits as long as it is told for clients that are being served', async () => {
    const clock = new ManualClock();
    const server = await startFaultServer({ clock });
    const asked = attempt(`${server.url}/msg?delay=2000`);
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    let closed = false;
    const closing = server.close({ drain: '10s' }).then(() => {
      closed = true;
    });
    expect(await attempt(`${server.url}/msg`)).toEqual({ code: 'ECONNREFUSED' });
    await clock.advance(1999);
    expect(closed).toBe(false);
    await clock.advance(1);

    expect(await asked).toMatchObject({ status: 200 });
    await closing; // long before the 10 s
    expect(clock.pending).toBe(0);
  });

  it('waits for nobody who keeps a connection for later', async () => {
    const server = await startFaultServer({ clock: new ManualClock() });
    const agent = new Agent({ keepAlive: true });
    expect(await attempt(`${server.url}/msg`, { agent })).toMatchObject({ status: 200 });
    await server.close({ drain: '10s' }); // and no time passes

    expect(server.stats.connections.open).toBe(0);
    agent.destroy();
  });

  it('cuts clients that take longer than they may', async () => {
    const clock = new ManualClock();
    const server = await startFaultServer({ clock });
    const asked = attempt(`${server.url}/msg?delay=20000`);
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    const closing = server.close({ drain: '10s' });
    await clock.advance('10s');
    await settle();
    await closing;

    expect(await asked).toEqual({ code: 'ECONNRESET' });
    expect(server.journal.entries()).toMatchObject([{ outcome: 'closed' }]);
  });
});
