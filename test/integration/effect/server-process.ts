import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Greeting } from './obey.js';

/** A server in a process of its own, which does what it is told. */
export class ServerProcess<Order, Report = undefined> implements AsyncDisposable {
  readonly url: string;
  /** The longest that its process stood still between two orders, in milliseconds, since somebody set this to 0. */
  longestStall = 0;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Runs a module that obeys (`obey.ts`); resolves when its server listens. */
  static async start<Order, Report = undefined>(
    module: URL,
    args: readonly string[] = [],
  ): Promise<ServerProcess<Order, Report>> {
    const file = fileURLToPath(module);
    const child = fork(file, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const { url } = (await answerOf(child)) as Greeting;
    return new ServerProcess(child, url);
  }

  /** Resolves when it has done what it is told, to what it says of it. */
  async tell(order: Order): Promise<Report> {
    this.#process.send(order as object);
    const { stall, report } = (await answerOf(this.#process)) as Answer<Report>;
    this.longestStall = Math.max(this.longestStall, stall);
    return report;
  }

  /** Resolves when the process is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#process.connected) return;
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }
}

/** The next thing that a process says; rejects when it ends instead. */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the server's process has ended, with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
