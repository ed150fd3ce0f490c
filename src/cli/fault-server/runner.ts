import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from './open-server.js';

/** Where a server is to listen, and for how many milliseconds it may try to. */
export interface Place {
  readonly port: number;
  readonly controlPort: number | undefined;
  readonly patience: number;
}

/** What is said to a process that runs a server for the one that reloads it. */
export type Order = ({ readonly is: 'start' } & Place) | { readonly is: 'stop' } | { readonly is: 'cut' };

/** What it answers. */
export type Report = { readonly is: 'loaded' } | ({ readonly is: 'listening' } & Address);

/** A process that cannot hear any more has just ended, which `ended` tells. */
const unheard = () => undefined;

const program = fileURLToPath(new URL(`./standby${extname(import.meta.url)}`, import.meta.url));

/** A server in a process of its own, with the code as it is when the process starts. */
export class Runner {
  readonly #process: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  #dismissed = false;

  constructor(variables: NodeJS.ProcessEnv, complain: (mistake: string) => void) {
    this.#process = fork(program, [], { env: variables, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.ended = new Promise((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', ({ message }) => {
        complain(message); // there is no process that could explain itself
        resolve();
      });
    });
  }

  /** Whether it was told to end. */
  get dismissed(): boolean {
    return this.#dismissed;
  }

  /** Resolves once the code is loaded and the settings are right; to false when the process ended instead, which it has explained. */
  async loaded(): Promise<boolean> {
    return (await this.#report('loaded')) !== undefined;
  }

  /** Lets it listen; undefined when the process ended instead. */
  listen(place: Place): Promise<Address | undefined> {
    const listening = this.#report('listening');
    this.#order({ is: 'start', ...place });
    return listening;
  }

  /** Lets no more connections in, and ends once requests in progress have ended, or their time is over. */
  stop(): Promise<void> {
    return this.#dismiss({ is: 'stop' });
  }

  /** Ends at once. */
  cut(): Promise<void> {
    return this.#dismiss({ is: 'cut' });
  }

  #dismiss(order: Order): Promise<void> {
    this.#dismissed = true;
    this.#order(order);
    return this.ended;
  }

  #order(order: Order): void {
    if (this.#process.connected) this.#process.send(order, unheard);
  }

  #report<Is extends Report['is']>(is: Is): Promise<Extract<Report, { is: Is }> | undefined> {
    return new Promise((resolve) => {
      const hear = (report: unknown) => {
        if ((report as Report).is !== is) return;
        this.#process.off('message', hear);
        resolve(report as Extract<Report, { is: Is }>);
      };
      this.#process.on('message', hear);
      this.ended.then(() => resolve(undefined));
    });
  }
}
