import type { Socket } from 'node:net';
import { type Clock, Lifetime, systemClock } from '../../core/index.js';

/** What is taken at once from a client that nobody answers, in bytes. */
const mostHeard = 65_536;

/** How long nothing is read of what such a client says beyond that. */
const deafTime = 250;

/** Waits until the time is over, or something ends. */
export function waitWithin(life: Lifetime, duration: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (life.ending) return resolve();
    const leave = life.watch(() => {
      cancel();
      resolve();
    });
    const cancel = clock.later(duration, () => {
      leave();
      resolve();
    });
  });
}

/** Lets a client wait, and keeps what it says for whoever comes next. Resolves to false when it leaves meanwhile. */
export async function letWait(socket: Socket, delay: number, clock: Clock): Promise<boolean> {
  const presence = new Lifetime();
  const left = () => presence.end(new Error('the client has left'));
  const heard: Buffer[] = [];
  const hush = hear(socket, (data) => heard.push(data));
  socket.once('end', left).once('close', left);
  await waitWithin(presence, delay, clock);
  hush();
  socket.off('end', left).off('close', left).pause();
  if (presence.ending) socket.destroy();
  else if (heard.length > 0) socket.unshift(Buffer.concat(heard));
  return !presence.ending;
}

/**
 * Never says anything, and soon listens so seldom that the system of a client that sends much makes it wait. It does listen: who leaves is
 * noticed by nobody else.
 */
export function ignore(socket: Socket): void {
  let cancel: (() => void) | undefined;
  const listen = () => socket.resume();
  hear(socket, () => {
    if (socket.isPaused()) cancel = systemClock.later(deafTime, listen);
  });
  socket.once('end', () => socket.destroy()).once('close', () => cancel?.());
  socket.resume();
}

/** Tells what a client says, and pauses it beyond a limit; the returned function stops that. */
function hear(socket: Socket, tell: (data: Buffer) => void): () => void {
  let bytes = 0;
  const listener = (data: Buffer) => {
    bytes += data.length;
    if (bytes >= mostHeard) socket.pause();
    tell(data);
  };
  socket.on('data', listener);
  return () => socket.off('data', listener);
}
