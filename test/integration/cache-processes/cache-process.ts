import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Acknowledged, Answer, Item, Order, Place } from './orders.js';

/** A process with a runtime, a cached method and a store in a folder that it shares. */
export class CacheProcess implements AsyncDisposable {
  /** The sets that it has said to be done. */
  readonly acknowledged: Acknowledged[] = [];
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(done: unknown): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on('message', (answer: Answer) => this.#hear(answer));
    process.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the process has ended'));
    });
  }

  static async open(place: Place): Promise<CacheProcess> {
    const file = fileURLToPath(new URL('worker.ts', import.meta.url));
    const child = fork(file, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const opened = new CacheProcess(child);
    await opened.tell({ do: 'open', place });
    return opened;
  }

  /** Calls the cached method. */
  call(id: string): Promise<Item> {
    return this.tell({ do: 'call', id }) as Promise<Item>;
  }

  stats(): Promise<Readonly<Record<string, number>>> {
    return this.tell({ do: 'stats' }) as Promise<Readonly<Record<string, number>>>;
  }

  /** Resolves to what came of an order. */
  tell(order: Order): Promise<unknown> {
    const number = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#process.send({ number, order });
    });
  }

  /** Sets items by hand until it is killed. */
  startWriting(name: string): void {
    this.#process.send({ number: 0, order: { do: 'write', name } satisfies Order });
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
    if ('set' in answer) {
      this.acknowledged.push(answer);
      return;
    }
    const waiting = this.#waiting.get(answer.to);
    this.#waiting.delete(answer.to);
    if ('failed' in answer) waiting?.reject(new Error(answer.failed));
    else waiting?.resolve(answer.done);
  }
}
