import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LmdbStoreOptions } from '../../../src/stores/lmdb/index.js';
import type { Acknowledged, Answer, Order } from './orders.js';

/** A store in a process of its own. */
export class StoreProcess implements AsyncDisposable {
  /** The sets that it has said to be done. */
  readonly acknowledged: Acknowledged[] = [];
  readonly #process: ChildProcess;
  #settle: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on('message', (answer: Answer) => this.#hear(answer));
    process.on('exit', () => this.#settle?.reject(new Error('the process has ended')));
  }

  static async open(options: LmdbStoreOptions): Promise<StoreProcess> {
    const file = fileURLToPath(new URL('worker.ts', import.meta.url));
    const child = fork(file, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const opened = new StoreProcess(child);
    await opened.tell({ do: 'open', options });
    return opened;
  }

  /** Resolves when it has done what it is told, one thing at a time, to what came of it. */
  tell(order: Order): Promise<unknown> {
    this.send(order);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** Tells it what it answers by acknowledgements alone. */
  send(order: Order): void {
    this.#process.send(order);
  }

  /** Resolves when it is dead, and all is read that it had said. */
  async kill(): Promise<void> {
    const gone = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
  }

  #hear(answer: Answer): void {
    if ('key' in answer) this.acknowledged.push(answer);
    else if ('failed' in answer) this.#settle?.reject(new Error(answer.failed));
    else this.#settle?.resolve(answer.done);
  }
}
