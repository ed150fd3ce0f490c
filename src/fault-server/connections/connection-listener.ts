import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../core/index.js';
import { PortHold } from './port-hold.js';

/** How long to wait for a port that somebody else has taken, and how often to ask for it. */
const patience = 10_000;
const pause = 50;

/** Listens on an address; can fall silent, so that clients are refused as where no server runs, and listen there again. */
export class ConnectionListener {
  readonly #server: Server;
  readonly #clock: Clock;
  #address: { readonly host: string; readonly port: number } | undefined;
  #wanted = false;
  #opening = false;
  #closed = false;
  #error: Error | undefined;
  #giveUpAt = 0;
  #hold: PortHold | undefined;
  #cancel: (() => void) | undefined;

  /** The clock is not that of the server: other processes, for which it waits, know none but the system's. */
  constructor(accept: (socket: Socket) => void, clock: Clock = systemClock) {
    this.#clock = clock;
    // half-open as Node's HTTP server has it: what it means that a client ends its side is decided by what is spoken
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  }

  /** Starts to listen; rejects as the system does, such as with EADDRINUSE. */
  async open(host: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const taken = this.#server.address() as AddressInfo;
    this.#address = { host: taken.address, port: taken.port };
    this.#wanted = true;
    this.#server.on('listening', () => this.#opened()).on('error', (error) => this.#failed(error));
    return taken;
  }

  /** Whether it listens. */
  get listening(): boolean {
    return this.#server.listening;
  }

  /** Why it does not listen although it should; undefined while all is well. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** From now on nobody listens; connections that are there stay, and the port is kept. */
  shut(): void {
    this.#wanted = false;
    this.#rest();
    if (!this.#opening) this.#silence();
  }

  /** From now on nobody listens, nor ever again. */
  retire(): void {
    this.#closed = true;
    this.shut();
  }

  /** Listens again on the same port; when somebody else has taken it, as soon as it is free, if that is within reason. */
  reopen(): void {
    if (this.#wanted || this.#closed) return;
    this.#wanted = true;
    this.#giveUpAt = this.#clock.now() + patience;
    this.#listen();
  }

  /** Stops for good; resolves when the connections that it let in are gone, too. */
  async close(): Promise<void> {
    this.retire();
    if (this.#opening) await this.#settled();
    const left = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all([left, this.#hold?.release()]);
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.once('listening', resolve).once('error', () => resolve());
    });
  }

  #listen(): void {
    if (this.#opening || this.#server.listening || !this.#address) return;
    this.#opening = true;
    this.#server.listen(this.#address.port, this.#address.host);
  }

  #opened(): void {
    this.#opening = false;
    this.#error = undefined;
    if (this.#wanted) this.#release();
    else this.#silence();
  }

  #failed(error: Error): void {
    this.#opening = false;
    if (!this.#wanted) return;
    this.#release(); // not every system lets anybody listen beside it
    this.#error = error;
    const waits = this.#clock.now() < this.#giveUpAt;
    if (waits) this.#cancel = this.#clock.later(pause, () => this.#listen());
    else this.#wanted = false;
  }

  #silence(): void {
    this.#server.close();
    if (this.#address && !this.#closed) this.#hold ??= new PortHold(this.#address.host, this.#address.port);
  }

  #release(): void {
    this.#hold?.release();
    this.#hold = undefined;
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#error = undefined;
  }
}
