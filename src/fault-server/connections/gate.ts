import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Lifetime } from '../../core/index.js';
import type { ConnectionFault } from '../faults/fault-kind.js';
import type { Strike } from '../faults/faults.js';
import type { Service } from '../service.js';
import type { Connection } from './connection.js';
import { ConnectionListener } from './connection-listener.js';
import type { ConnectionMeans } from './connection-means.js';
import { ignore, letWait, waitWithin } from './connection-wait.js';
import type { TlsEndpoint } from './tls/tls-endpoint.js';

/** Where the gate listens. */
export interface GateAddresses {
  readonly main: AddressInfo;
  /** Where the server is only steered; undefined without a control port. */
  readonly control: AddressInfo | undefined;
}

/** Where connections arrive: it stands before the HTTP server, so that they can fail before anything was asked. */
export class Gate {
  readonly #http: HttpServer;
  readonly #service: Service;
  readonly #tls: TlsEndpoint | undefined;
  readonly #main = new ConnectionListener((socket) => this.#admit(socket));
  readonly #control = new ConnectionListener((socket) => this.#steer(socket));
  #forget: (() => void) | undefined;
  #closed = false;

  constructor(http: HttpServer, service: Service, tls: TlsEndpoint | undefined) {
    this.#http = http;
    this.#service = service;
    this.#tls = tls;
    service.connections.hindrance = () => this.error;
    service.faults.watchers.push(() => this.#follow());
  }

  /** Starts to listen; rejects as the system does, such as with EADDRINUSE. */
  async open(): Promise<GateAddresses> {
    const { host, port, controlPort } = this.#service.settings;
    const main = await this.#main.open(host, port);
    try {
      return { main, control: controlPort === undefined ? undefined : await this.#control.open(host, controlPort) };
    } catch (error) {
      await this.#main.close();
      throw error;
    }
  }

  /** Whether clients can connect. */
  get listening(): boolean {
    return this.#main.listening;
  }

  /** Why they cannot although no fault is to blame. */
  get error(): Error | undefined {
    return this.#main.error;
  }

  /** Lets nobody in any more, and waits until all have left; no longer than this, nor than the server lives. */
  async drain(most: number): Promise<void> {
    this.#shut();
    if (most === 0) return;
    const { clock, connections, lifetime } = this.#service;
    const visits = new Lifetime(lifetime);
    connections.whenLeft(() => visits.end(new Error('all clients have left')));
    this.#http.closeIdleConnections();
    connections.dropSilent();
    await waitWithin(visits, most, clock);
  }

  /** Stops listening and cuts all connections. */
  async close(): Promise<void> {
    this.#shut();
    await Promise.all([this.#main.close(), this.#control.close(), this.#service.connections.destroy()]);
  }

  #shut(): void {
    this.#closed = true;
    this.#forget?.();
    this.#main.retire();
  }

  /** Does what the faults in force demand of the port and of what is open, now and whenever time changes them. */
  #follow(): void {
    this.#forget?.();
    this.#forget = undefined;
    if (this.#closed) return;
    const { faults, clock } = this.#service;
    if (faults.refuses) this.#main.shut();
    else this.#main.reopen();
    for (const fault of faults.takeNewcomers()) this.#begin(fault);
    const at = faults.everFailsConnections ? faults.changesAt : undefined;
    if (at !== undefined) this.#forget = clock.later(at - clock.now(), () => this.#follow());
  }

  #begin({ kind, means }: ConnectionFault): void {
    if (means.is === 'refused') this.#service.struck(kind);
    if ('existing' in means && means.existing === 'reset') this.#service.connections.cut(kind);
  }

  #steer(socket: Socket): void {
    this.#service.connections.add(socket, true);
    this.#http.emit('connection', socket);
  }

  #admit(socket: Socket): void {
    const connection = this.#service.connections.add(socket, false);
    const strike = this.#service.faults.strikeConnection();
    if (strike) this.#fail(connection, strike);
    else if (this.#tls) this.#tls.speak(connection);
    else this.#http.emit('connection', socket);
  }

  async #fail(connection: Connection, { fault, delay }: Strike<ConnectionFault>): Promise<void> {
    this.#service.struck(fault.kind);
    this.#service.connections.fails();
    const present = delay === 0 || (await letWait(connection.tcp, delay, this.#service.clock));
    if (present) this.#strike(connection, fault.means);
  }

  #strike(connection: Connection, means: ConnectionMeans): void {
    if (means.is === 'reset') connection.reset();
    else if (means.is === 'hung') ignore(connection.tcp);
    else if (means.is === 'tls') this.#tls?.speak(connection, means.failure);
  }
}
