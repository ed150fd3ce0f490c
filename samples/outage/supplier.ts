import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The failing server, in a process of its own. */
export class Supplier {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Resolves when it listens. */
  static async start(): Promise<Supplier> {
    const server = fileURLToPath(new URL('./server.ts', import.meta.url));
    const child = fork(server, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return new Supplier(child, url);
  }

  /** Begins the outage; resolves when it is over, to what the server has seen of it. */
  async suffer(): Promise<{ readonly requests: number }> {
    this.#process.send('begin');
    const [seen] = await once(this.#process, 'message');
    return seen;
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }
}
