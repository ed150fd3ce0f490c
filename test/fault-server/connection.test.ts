import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { Connection } from '../../src/fault-server/connections/connection.js';
import { ManualClock } from '../../src/testing/index.js';

describe('a connection that the server has ended', () => {
  it('is cut when its client keeps its side open for 5 s', async () => {
    const clock = new ManualClock();
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = connect({
      port: (server.address() as { readonly port: number }).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    const heard: string[] = [];
    client.on('data', (data) => heard.push(String(data))).on('error', () => client.destroy());
    const socket = await accepted;
    const ended = new Promise((resolve) => client.once('end', resolve));
    new Connection(socket, false).end('goodbye', clock);
    await ended;
    await clock.advance(4999);
    expect([heard, socket.destroyed]).toEqual([['goodbye'], false]);
    await clock.advance(1);

    expect(socket.destroyed).toBe(true);
    await vi.waitFor(() => expect(clock.pending).toBe(0));
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sets no alarm that outlives it', async () => {
    const clock = new ManualClock();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.resume();
      new Connection(socket, false).end('', clock);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect((server.address() as { readonly port: number }).port, '127.0.0.1').resume();
    await new Promise((resolve) => client.once('close', resolve));
    await new Promise((resolve) => server.close(resolve));

    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });
});
