import type { Client } from 'graphql-ws';
import type { Clock } from '../../core/index.js';
import { InvalidOptionsError } from '../../core/index.js';
import type { ConnectionParams } from '../graphql-client-options.js';
import { Sockets, socketClass } from './socket.js';

/** What a connection needs. */
export interface ConnectionParts {
  /** The client's name, for errors. */
  readonly site: string;
  readonly url: string | undefined;
  readonly connectionParams:
    | ConnectionParams
    | (() => ConnectionParams | undefined | Promise<ConnectionParams | undefined>)
    | undefined;
  readonly impl: unknown;
  /** Milliseconds between two pings; 0 for none. */
  readonly keepAlive: number;
  /** Milliseconds for connecting, and for the answer to a ping. */
  readonly timeout: number;
  readonly clock: () => Clock;
}

/** A subscription that uses the connection. */
export interface User {
  /** The server takes subscriptions. */
  connected(): void;
  /** The server closed the connection, in a way that graphql-ws does not take for a loss. */
  closed(event: unknown): void;
}

/** The one WebSocket of a client: opened for the first of its users, closed after the last, given up when nothing comes back in time. */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #sockets = new Sockets();
  readonly #users = new Set<User>();
  #client: Promise<Client> | undefined;
  #connected = false;
  /** Its last user has left, so that it is we who close it. */
  #leaving = false;
  #alarm: (() => void) | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** The client of graphql-ws, which is loaded when it is first needed. */
  client(): Promise<Client> {
    this.#client ??= this.#create().catch((error) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  join(user: User): void {
    this.#users.add(user);
    if (this.#connected) user.connected();
  }

  leave(user: User): void {
    if (!this.#users.delete(user)) return;
    this.#leaving = this.#connected && this.#users.size === 0;
  }

  /** Has what is still open a second later closed without asking the other side. */
  close(): void {
    if (this.#sockets.any) this.#parts.clock().later(1000, () => this.#sockets.terminate());
  }

  async #create(): Promise<Client> {
    const { site, url, impl, keepAlive, connectionParams } = this.#parts;
    if (url === undefined) throw withoutUrl(site);
    const webSocketImpl = this.#sockets.watched(socketClass(impl, site));
    const { createClient } = await graphqlWs();
    const client: Client = createClient({
      ...{ url, webSocketImpl, keepAlive, retryAttempts: 0 }, // each subscription comes back by itself
      ...(connectionParams !== undefined && { connectionParams: connectionParams as () => Record<string, unknown> }),
      on: {
        connecting: () => this.#expect(client),
        connected: () => this.#opened(),
        closed: (event) => this.#closed(event),
        error: () => this.#failed(),
        ping: (received) => (received ? undefined : this.#expect(client)),
        pong: (received) => (received ? this.#disarm() : undefined),
      },
    });
    return client;
  }

  #opened(): void {
    this.#disarm();
    this.#connected = true;
    this.#leaving = this.#users.size === 0;
    for (const user of this.#users) user.connected();
  }

  /** Of a normal closure graphql-ws makes nothing but another connection, at once and as often as it happens. */
  #closed(event: unknown): void {
    this.#disarm();
    const ours = this.#leaving;
    this.#connected = false;
    this.#leaving = false;
    if (ours || (event as { readonly code?: unknown }).code !== 1000) return;
    for (const user of [...this.#users]) user.closed(event);
  }

  /** The error is told to each subscription; of a socket that graphql-ws closes because of it, nobody wants to hear more. */
  #failed(): void {
    this.#disarm();
    this.#connected = false;
    this.#leaving = false;
    this.#sockets.silence();
  }

  /** Gives the connection up unless something comes back in time. */
  #expect(client: Client): void {
    const { timeout, clock } = this.#parts;
    this.#disarm();
    this.#alarm = clock().later(timeout, () => {
      client.terminate();
      this.#sockets.terminate();
    });
  }

  #disarm(): void {
    this.#alarm?.();
    this.#alarm = undefined;
  }
}

async function graphqlWs(): Promise<typeof import('graphql-ws')> {
  try {
    return await import('graphql-ws');
  } catch (cause) {
    throw new Error('subscriptions over a WebSocket need the package graphql-ws, which could not be loaded', { cause });
  }
}

function withoutUrl(site: string): InvalidOptionsError {
  const rule = 'must be given, since the url of the client is not known';
  return new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'webSocket.url', rule });
}
