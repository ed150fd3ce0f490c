import type { FaultServerLogger } from '../../fault-server/index.js';
import type { Configuration } from './configuration.js';
import { type Address, say } from './open-server.js';
import { type Place, Runner } from './runner.js';
import { variableOf } from './settings.js';

/** How long the next one tries to get its ports, in milliseconds: the one before lets go of the first at once, but not in no time. */
const patience = 5000;

/** Servers on one port, one after the other, each with the code of its time. */
export class Turns {
  readonly #variables: NodeJS.ProcessEnv;
  readonly #logger: FaultServerLogger | undefined;
  readonly #runners = new Set<Runner>();
  readonly #drain: number;
  #port: number;
  #controlPort: number | undefined;
  #last: Promise<void> = Promise.resolve();
  #over = false;

  constructor({ inForce, server, command }: Configuration, logger: FaultServerLogger | undefined) {
    const given = inForce.flatMap(({ setting, text }) => (text === undefined ? [] : [[variableOf(setting), text]]));
    this.#variables = { ...process.env, ...Object.fromEntries(given) };
    this.#logger = logger;
    this.#drain = command.shutdownTimeout;
    this.#port = server.port ?? 0;
    this.#controlPort = server.controlPort;
  }

  /** Starts the first server; rejects when it does not listen, which it has explained itself. */
  async begin(): Promise<Address> {
    const runner = this.#runner();
    const address = (await runner.loaded()) ? await runner.listen(this.#place(0)) : undefined;
    if (!address) throw Object.assign(new Error('the server did not start'), { code: 'ERR_CHILD_PROCESS' });
    this.#port = address.port;
    if (this.#controlPort === 0) this.#controlPort = Number(new URL(address.controlUrl ?? '').port);
    this.#watch(runner);
    return address;
  }

  /** Lets the next server take the place of the present one, unless its code does not load. */
  renew(): void {
    this.#last = this.#last.then(() => this.#turn());
  }

  /** Ends once requests in progress have ended, or their time is over. */
  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#runners].map((runner) => runner.stop()));
  }

  /** Ends at once. */
  async cut(): Promise<void> {
    this.#over = true;
    await Promise.all([...this.#runners].map((runner) => runner.cut()));
  }

  async #turn(): Promise<void> {
    if (this.#over) return;
    const before = [...this.#runners];
    const next = this.#runner();
    const loaded = await next.loaded();
    if (this.#over) return;
    if (!loaded) return say(this.#logger, 'error', 'the new code does not load: the server goes on as it is');
    for (const runner of before) runner.stop();
    const address = await next.listen(this.#place(patience));
    if (!address)
      return say(this.#logger, 'error', 'the server did not start; it is tried again when the code changes');
    say(this.#logger, 'info', 'the code has changed: the server runs anew');
    this.#watch(next);
  }

  /** A control port is kept for as long as requests are in progress: the next server may have to wait for it. */
  #place(patience: number): Place {
    const controlPort = this.#controlPort;
    return { port: this.#port, controlPort, patience: controlPort === undefined ? patience : patience + this.#drain };
  }

  /** Tells when a server that was not told to end has ended all the same. */
  #watch(runner: Runner): void {
    runner.ended.then(() => {
      if (runner.dismissed) return;
      say(this.#logger, 'error', 'the server has ended by itself; it is started again when the code changes');
    });
  }

  #runner(): Runner {
    const runner = new Runner(this.#variables, (mistake) => say(this.#logger, 'error', mistake));
    this.#runners.add(runner);
    runner.ended.then(() => this.#runners.delete(runner));
    return runner;
  }
}
