import { Agent } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { RestClient } from '../../src/http/index.js';
import { ManualClock, settle } from '../../src/testing/index.js';
import { attempt, codeOf } from './attempt.js';
import { jsonOf } from './json-of.js';

const refused = { code: 'ECONNREFUSED' };
const json = { 'content-type': 'application/json' };

describe('the refuse fault', () => {
  it('lets the system refuse every client, until the server is healed on the same port', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'refuse' });

    expect(server.listening).toBe(false);
    expect(await attempt(`${server.url}/msg`)).toEqual(refused);
    expect(await codeOf(fetch(`${server.url}/msg`))).toBe('ECONNREFUSED');
    await expect(new RestClient({ baseURL: server.url }).get('/msg')).rejects.toMatchObject(refused);
    server.heal();
    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
    expect(server.listening).toBe(true);
    expect(server.stats).toMatchObject({ requests: 1, faults: { refuse: 1 }, connections: { accepted: 1, failed: 0 } });
  });

  it('ends with its duration, by the clock of the server, and leaves no alarm behind', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    server.fail({ kind: 'refuse', duration: '5s' });
    await clock.advance(4999);
    expect(await attempt(`${server.url}/msg`)).toEqual(refused);
    await clock.advance(1);

    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
    expect(server.faults).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('comes and goes with the phases of a script', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    const down = { lasts: '1s', faults: { kind: 'refuse' } } as const;
    server.play({ phases: [{ lasts: '1s' }, down], repeat: 2 });
    const heard: (number | string | undefined)[] = [];
    for (let second = 0; second < 5; second++) {
      const { status, code } = await attempt(`${server.url}/msg`);
      heard.push(status ?? code);
      await clock.advance('1s');
    }

    expect(heard).toEqual([200, 'ECONNREFUSED', 200, 'ECONNREFUSED', 200]);
    expect(server.stats.faults.refuse).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('sets no alarm for faults that leave connections alone', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    server.fail({ duration: '5s' });

    expect(clock.pending).toBe(0);
  });

  it('ends when another fault takes its place', async () => {
    await using server = await startFaultServer();
    server.fail({ kind: 'refuse' });
    server.fail({ status: 500 });

    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 500 });
  });

  it('holds as it was told last, however often that changes before the system follows', async () => {
    await using server = await startFaultServer();
    const change = (...steps: ('fail' | 'heal')[]) => {
      for (const step of steps) step === 'fail' ? server.fail({ kind: 'refuse' }) : server.heal();
    };
    change('fail', 'heal', 'fail', 'heal');
    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
    change('fail', 'heal', 'fail');
    await settle();
    expect(server.listening).toBe(false);
    expect(await attempt(`${server.url}/msg`)).toEqual(refused);
    expect(server.listenError).toBeUndefined();
  });

  it('resets open connections, as a crash does: the requests on them have failed', async () => {
    await using server = await startFaultServer();
    const waiting = attempt(`${server.url}/msg?delay=60000`);
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(1));
    server.fail({ kind: 'refuse' });

    expect(await waiting).toEqual({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(0));
    expect(server.journal.entries()).toMatchObject([{ path: '/msg', outcome: 'failed', faults: ['refuse'] }]);
    expect(server.stats).toMatchObject({
      failed: 1,
      abandoned: 0,
      concurrency: 0,
      connections: { open: 0, failed: 1 },
    });
  });

  it('keeps open connections if asked, so that requests go on over them', async () => {
    await using server = await startFaultServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = attempt(`${server.url}/msg`, { agent });
    expect(await first).toMatchObject({ status: 200 });
    server.fail({ kind: 'refuse', existing: 'keep' });

    expect(await attempt(`${server.url}/msg`, { agent })).toMatchObject({ status: 200 });
    expect(await attempt(`${server.url}/msg`)).toEqual(refused);
    expect(server.stats.connections).toEqual({ accepted: 1, open: 1, failed: 0 });
    agent.destroy();
  });

  it('waits for its port when another process has taken it meanwhile, and says so', async () => {
    await using server = await startFaultServer({ controlPort: 0 });
    server.fail({ kind: 'refuse' });
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(server.port, '127.0.0.1', resolve));
    server.heal();
    await vi.waitFor(() => expect(server.listenError).toMatchObject({ code: 'EADDRINUSE' }));
    expect(server.listening).toBe(false);
    const ready = await attempt(`${server.controlUrl}/health/ready`);
    expect(ready).toMatchObject({ status: 503, body: expect.stringContaining('another process has taken the port') });
    await new Promise((resolve) => thief.close(resolve));
    await vi.waitFor(() => expect(server.listening).toBe(true));

    expect(server.listenError).toBeUndefined();
    expect(await attempt(`${server.url}/msg`)).toMatchObject({ status: 200 });
  });

  it.each(['127.0.0.1', '0.0.0.0', '::1'])(
    'keeps its port meanwhile, so that no client at %s connects to itself',
    async (host) => {
      await using server = await startFaultServer({ host });
      const { port } = server;
      const toItself = () =>
        new Promise((resolve) => {
          const socket = connect({ port, host, localPort: port, localAddress: host });
          socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
          socket.once('connect', () => resolve('connected to itself')).once('connect', () => socket.resetAndDestroy());
        });
      server.fail({ kind: 'refuse' });

      expect(await toItself()).toMatch(/^E/);
      server.fail({ kind: 'refuse' });
      server.fail([{ kind: 'refuse' }, { status: 500 }]);
      expect(await toItself()).toMatch(/^E/);
      expect(await attempt(`${server.url.replace('0.0.0.0', '127.0.0.1')}/msg`)).toEqual(refused);
      server.heal();
      expect(await attempt(`${server.url.replace('0.0.0.0', '127.0.0.1')}/msg`)).toMatchObject({ status: 200 });
    },
  );

  it('keeps the process alive, as a server does that listens', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    await using server = await startFaultServer();
    await vi.waitFor(() => expect(sockets()).toBe(0), 4000); // those of other tests are gone
    server.fail({ kind: 'refuse', duration: '1h' });
    await vi.waitFor(() => expect(sockets()).toBe(1), 4000);
    server.heal();

    await vi.waitFor(() => expect([server.listening, sockets()]).toEqual([true, 0]), 4000);
  });

  it('stops waiting for its port when it is to refuse again, or to close', async () => {
    const server = await startFaultServer();
    server.fail({ kind: 'refuse' });
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(server.port, '127.0.0.1', resolve));
    server.heal();
    await vi.waitFor(() => expect(server.listenError).toBeDefined());
    server.fail({ kind: 'refuse' });
    expect(server.listenError).toBeUndefined();
    server.heal();
    await vi.waitFor(() => expect(server.listenError).toBeDefined());
    await server.close();
    await new Promise((resolve) => thief.close(resolve));

    expect([server.listening, server.listenError]).toEqual([false, undefined]);
  });

  it.each<[string, (server: FaultServer) => void]>([
    ['while it refuses', (server) => server.fail({ kind: 'refuse' })],
    ['while it opens again', (server) => [server.fail({ kind: 'refuse' }), server.heal()]],
    ['after it has opened again and refuses once more', (server) => [server.heal(), server.fail({ kind: 'refuse' })]],
  ])('lets the server be closed %s, twice', async (_when, prepare) => {
    const server = await startFaultServer();
    prepare(server);
    await Promise.all([server.close(), server.close()]);
    await server.close();

    expect(await attempt(`${server.url}/msg`)).toEqual(refused);
    const next = createServer();
    await new Promise<void>((resolve) => next.listen(server.port, '127.0.0.1', resolve));
    expect((next.address() as AddressInfo).port).toBe(server.port);
    await new Promise((resolve) => next.close(resolve));
  });

  it('does not open a closed server', async () => {
    const clock = new ManualClock();
    const server = await startFaultServer({ clock });
    server.fail({ kind: 'refuse', duration: '1s' });
    await server.close();
    expect(clock.pending).toBe(0);
    server.fail({ kind: 'refuse', duration: '1s' });
    expect(clock.pending).toBe(0);
    server.heal();
    await settle();

    expect(server.listening).toBe(false);
  });
});

describe('a refuse fault that makes no sense', () => {
  const unseen = 'cannot be given: who is refused is not seen by the server';

  it.each([
    [{ count: 3 }, `fault: count ${unseen}`, 'but got 3'],
    [{ rate: 0.5 }, `fault: rate ${unseen}`, 'but got 0.5'],
    [{ latency: '1s' }, `fault: latency ${unseen}`, "but got '1s'"],
    [{ route: '/msg' }, 'fault: route cannot be given: the fault strikes connections', "but got '/msg'"],
    [{ existing: 'drop' }, "fault: existing must be one of 'keep', 'reset'", "but got 'drop'"],
  ])('is refused itself: %j', async (fields, sentence, value) => {
    await using server = await startFaultServer();
    const fault = { kind: 'refuse', duration: '1s', ...fields };

    expect(() => server.fail(fault as never)).toThrow(sentence);
    const answer = await fetch(`${server.url}/faults`, { method: 'PUT', headers: json, body: JSON.stringify(fault) });
    expect(answer.status).toBe(400);
    const { detail, field } = await jsonOf(answer);
    expect(detail).toContain(sentence);
    expect(detail).toContain(value);
    expect(field).toBe(Object.keys(fields)[0]);
    expect(server.listening).toBe(true);
  });
});
