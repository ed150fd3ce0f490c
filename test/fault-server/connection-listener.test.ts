import { createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { ConnectionListener } from '../../src/fault-server/connections/connection-listener.js';
import { ManualClock, settle } from '../../src/testing/index.js';

const host = '127.0.0.1';

/** A listener that is shut, and whoever took its port meanwhile. */
async function robbed() {
  const clock = new ManualClock();
  const listener = new ConnectionListener((socket) => socket.destroy(), clock);
  const { port } = await listener.open(host, 0);
  listener.shut();
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(port, host, resolve));
  return { clock, listener, thief };
}

describe('a listener whose port was taken while it was shut', () => {
  it('asks for it for 10 s, gives up, and asks again when it is told to', async () => {
    const { clock, listener, thief } = await robbed();
    listener.reopen();
    await vi.waitFor(() => expect(listener.error).toMatchObject({ code: 'EADDRINUSE' }));
    while (clock.pending > 0) await clock.next();
    const waited = clock.now() - 1000;
    await new Promise((resolve) => thief.close(resolve));

    expect(waited).toBe(10_000);
    expect(listener.listening).toBe(false);
    expect(listener.error).toMatchObject({ code: 'EADDRINUSE' });
    listener.reopen();
    await vi.waitFor(() => expect(listener.listening).toBe(true));
    expect(listener.error).toBeUndefined();
    await listener.close();
  });

  it('asks for it no more once it is shut again, even while the system still answers', async () => {
    const { clock, listener, thief } = await robbed();
    listener.reopen();
    listener.shut();
    await settle();
    expect([listener.error, clock.pending]).toEqual([undefined, 0]);
    listener.reopen();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    listener.shut();
    expect([listener.error, clock.pending]).toEqual([undefined, 0]);

    await listener.close();
    await new Promise((resolve) => thief.close(resolve));
  });

  it('keeps listening when it is told to open once more', async () => {
    const listener = new ConnectionListener((socket) => socket.destroy());
    await listener.open(host, 0);
    listener.reopen();

    expect([listener.listening, listener.error]).toEqual([true, undefined]);
    await listener.close();
    expect(listener.listening).toBe(false);
  });
});
