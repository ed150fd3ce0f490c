import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Condition } from './serve.js';

/** A server that fails on command, in a process of its own. */
export class Supplier implements AsyncDisposable {
  readonly url: string;
  /** The longest that its process stood still in the condition before the present one, in milliseconds. */
  longestStall = 0;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Resolves when it listens. */
  static async start(): Promise<Supplier> {
    const server = fileURLToPath(new URL('./serve.ts', import.meta.url));
    const child = fork(server, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const { url } = (await answerOf(child)) as { readonly url: string };
    return new Supplier(child, url);
  }

  /** Resolves when it has become what it is told to be. */
  async become(condition: Condition): Promise<void> {
    this.#process.send(condition);
    const { stall } = (await answerOf(this.#process)) as { readonly stall: number };
    this.longestStall = stall;
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
    const ended = (code: number | null) => reject(new Error(`the supplier has ended, with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
