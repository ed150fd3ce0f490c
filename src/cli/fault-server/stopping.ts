import { fstatSync } from 'node:fs';

/** How something that runs is ended: by and by, or at once. */
export interface Stoppable {
  stop(): Promise<void>;
  cut(): Promise<void>;
}

/**
 * Waits until the process is told to stop, and stops: by and by at a first SIGTERM or SIGINT, at once at a second, or when the process
 * that started this one has gone: it closed their channel, or the pipe to our input.
 */
export async function untilStopped({ stop, cut }: Stoppable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let signals = 0;
    const end = (how: () => Promise<void>) => void how().then(resolve, reject);
    const signalled = () => end(++signals === 1 ? stop : cut);
    process.on('SIGTERM', signalled).on('SIGINT', signalled);
    process.once('disconnect', () => end(cut));
    if (!isPiped(0)) return;
    process.stdin.once('close', () => end(cut));
    process.stdin.resume();
  });
}

/** A terminal, a file or /dev/null say nothing about the process that started this one; a pipe does. */
function isPiped(descriptor: number): boolean {
  const stdin = fstatSync(descriptor);
  return stdin.isFIFO() || stdin.isSocket();
}
