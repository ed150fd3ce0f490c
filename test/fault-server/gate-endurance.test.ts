import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import { type Random, seededRandom, systemClock } from '../../src/core/index.js';
import { type Fault, type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { settle } from '../../src/testing/index.js';
import { attempt } from './attempt.js';

const request = 'GET /msg?delay=1 HTTP/1.1\r\nhost: test\r\n\r\n';

describe('a server that is opened and closed', () => {
  it.each<[string, boolean, number]>([
    ['200 times', false, 200],
    ['20 times with TLS', true, 20],
  ])(
    '%s, in whatever state, leaves no socket, no listener and no timer behind',
    async (_times, tls, rounds) => {
      const before = resources();
      for (let round = 0; round < rounds; round++) {
        const server = await startFaultServer({ controlPort: 0, tls });
        const visitor = connect(server.port, '127.0.0.1').on('error', () => visitor.destroy());
        await new Promise((resolve) => visitor.once('connect', resolve));
        const gone = new Promise((resolve) => visitor.once('close', resolve)).then(() => visitor.destroy());
        visitor.once('end', () => visitor.destroy());
        leaveIn(server, round);
        await server.close();
        await gone;
      }

      for (let turn = 0; turn < 100; turn++) await settle(); // not by a timer, which would be counted
      for (const [kind, count] of Object.entries(resources()))
        expect(count, kind).toBeLessThanOrEqual(before[kind] ?? 0);
    },
    60_000,
  );

  function leaveIn(server: FaultServer, round: number): void {
    const states: (() => void)[] = [
      () => server.heal(),
      () => server.fail({ kind: 'refuse', duration: '1h' }),
      () => server.fail({ kind: 'refuse', existing: 'keep' }),
      () => server.fail({ kind: 'reset', at: 'connect', latency: '1h', duration: '1h' }),
      () => server.play({ phases: [{ lasts: '1h', faults: { kind: 'refuse' } }], repeat: 2 }),
      () => [server.fail({ kind: 'refuse' }), server.heal()],
    ];
    states[round % states.length]?.();
  }
});

describe('clients that leave at any moment', () => {
  it.each<Fault>([
    { status: 200, count: 1 },
    { kind: 'reset', at: 'connect' },
    { kind: 'reset', at: 'connect', latency: { min: 0, max: 5 } },
    { kind: 'hang', at: 'connect' },
    { kind: 'refuse' },
    { kind: 'refuse', existing: 'keep' },
  ])('do no harm to a server with %j', async (fault) => {
    await using server = await startFaultServer();
    await harass(server, fault);
  });

  it.each<Fault>([
    { status: 200, count: 1 },
    { kind: 'tls', failure: 'expired' },
    { kind: 'tls', failure: 'expired', latency: { min: 0, max: 5 }, existing: 'reset' },
    { kind: 'tls', failure: 'handshakeReset' },
    { kind: 'tls', failure: 'handshakeHang' },
    { kind: 'tls', failure: 'handshakeAlert' },
    { kind: 'tls', failure: 'oldProtocol' },
    { kind: 'tls', failure: 'notTls' },
    { kind: 'tls', failure: 'closedAmid' },
    { kind: 'refuse' },
    { kind: 'reset' },
  ])('do no harm to a server that speaks TLS, with %j', async (fault) => {
    await using server = await startFaultServer({ tls: true });
    await harass(server, fault);
  });

  async function harass(server: FaultServer, fault: Fault): Promise<void> {
    const random = seededRandom(7);
    const visits: Promise<void>[] = [];
    for (let client = 0; client < 60; client++) {
      if (client % 10 === 0) server.fail(fault);
      if (client % 10 === 7) server.heal();
      visits.push(visit(server, random));
      if (client % 5 === 0) await settle();
    }
    await Promise.all(visits);
    server.heal();

    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, connections: { open: 0 } }));
    expect(await attempt(`${server.url}/msg`, { ca: server.certificate })).toMatchObject({ status: 200 });
  }

  /** Says something, or half of it, or nonsense, and leaves after a few turns of the event loop, politely or not. */
  async function visit({ port, certificate }: FaultServer, random: Random): Promise<void> {
    const secure = certificate !== undefined && random.next() < 0.6;
    const socket = secure
      ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connect(port, '127.0.0.1');
    const gone = new Promise<void>((resolve) => socket.on('error', () => resolve()).once('close', () => resolve()));
    const words = [request, request.slice(0, 20), '\x16\x03\x01\x02\x00\x01', 'x'.repeat(10_000), ''];
    socket.write(words[Math.floor(random.next() * words.length)] ?? '');
    socket.resume();
    for (let turns = Math.floor(random.next() * 12); turns > 0; turns--) await settle();
    leave(socket, secure ? 0.9 : random.next());
    await gone;
  }

  function leave(socket: Socket, how: number): void {
    if (how < 0.3) socket.resetAndDestroy();
    else if (how < 0.5) socket.end(() => socket.destroy());
    else socket.destroy();
  }
});

/** What keeps this process busy, by kind. */
function resources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { TCPServerWrap: 0, TCPSocketWrap: 0, TLSWrap: 0, Timeout: 0 };
  counts.alarms = systemClock.pending;
  for (const kind of process.getActiveResourcesInfo()) if (kind in counts) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
