import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type CloseOptions, type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { ManualClock } from '../../src/testing/index.js';

/** The answer to a request over a connection that is kept. */
function ask(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume().once('end', () => resolve(answer));
    }).once('error', reject);
  });
}

async function untilBusy(server: FaultServer): Promise<void> {
  while (server.stats.busyWorkers === 0) await new Promise(setImmediate);
}

/** A server that is being closed while one request takes so many milliseconds more. */
async function closing(delay: number) {
  const clock = new ManualClock();
  const server = await startFaultServer({ clock });
  const asked = fetch(`${server.url}/msg?delay=${delay}`);
  asked.catch(() => {}); // the test looks at it later
  await untilBusy(server);
  return { clock, server, asked, closed: server.close({ drain: '10s' }) };
}

describe('close({ drain })', () => {
  it('lets requests in progress end, and nobody else in', async () => {
    const { clock, server, asked, closed } = await closing(1000);
    await expect(fetch(`${server.url}/msg`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await clock.advance(1000);
    const answer = await asked;

    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toMatchObject({ message: 'message 1' });
    await closed;
    expect(server.stats).toMatchObject({ answered: 1, inFlight: 0, connections: { open: 0 } });
    expect(clock.pending).toBe(0);
  });

  it('waits neither for connections on which nothing is asked nor for those on which nothing ever was', async () => {
    const clock = new ManualClock();
    const server = await startFaultServer({ clock });
    const agent = new Agent({ keepAlive: true });
    await ask(`${server.url}/msg`, agent);
    const silent = connect(server.port, '127.0.0.1');
    while (server.stats.connections.open < 2) await new Promise(setImmediate);
    await server.close({ drain: '10s' });

    expect(clock.pending).toBe(0);
    agent.destroy();
    silent.destroy();
  });

  it('cuts what has not ended in its time', async () => {
    const { clock, server, asked, closed } = await closing(60_000);
    await clock.advance(9999);
    expect(server.stats.inFlight).toBe(1);
    await clock.advance(1);
    await closed;

    await expect(asked).rejects.toThrow('fetch failed');
    expect(server.stats).toMatchObject({ inFlight: 0, busyWorkers: 0 });
  });

  it('cuts at once when it is told to meanwhile', async () => {
    const { clock, server, asked, closed } = await closing(60_000);
    await Promise.all([server.close(), closed]);

    await expect(asked).rejects.toThrow('fetch failed');
    expect(clock.pending).toBe(0);
  });

  it('takes no new work on connections that are there, and says so where the server is watched', async () => {
    const clock = new ManualClock();
    const server = await startFaultServer({ clock, controlPort: 0 });
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`;
    socket.write(request('/msg?delay=1000'));
    await untilBusy(server);
    const closed = server.close({ drain: '10s' });
    const ready = await fetch(`${server.controlUrl}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'not ready', reasons: ['the server is shutting down'] });
    socket.write(request('/msg'));
    while (server.stats.refused === 0) await new Promise(setImmediate);
    await clock.advance(1000);
    await closed;

    expect(text.match(/^HTTP\/1.1 \d+/gm)).toEqual(['HTTP/1.1 200']);
    expect(server.stats).toMatchObject({ answered: 1, refused: 1 });
    socket.destroy();
  });

  it.each([[-1], ['soon']])('refuses %j', async (drain) => {
    await using server = await startFaultServer();

    expect(() => server.close({ drain } as CloseOptions)).toThrow('FaultServer.close: drain must be a duration');
    expect((await fetch(`${server.url}/msg`)).status).toBe(200);
  });
});
