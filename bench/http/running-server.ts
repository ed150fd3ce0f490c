import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A server in a process of its own, on loopback. */
export interface RunningServer {
  readonly origin: string;
  /** How many requests have reached it until now. */
  seen(): Promise<number>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<RunningServer> {
  const child = fork(new URL('server.js', import.meta.url), { execArgv: [] });
  const { port } = await told<{ readonly port: number }>(child);
  return {
    origin: `http://127.0.0.1:${port}`,
    async seen() {
      const answer = told<{ readonly seen: number }>(child);
      child.send('how many?');
      return (await answer).seen;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

/** The next message of the server; an error when it ends instead. */
function told<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: unknown) => reject(new Error(`the server ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}
