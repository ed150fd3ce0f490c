import { InvalidOptionsError } from '../../core/index.js';

/** As much of a WebSocket as a client watches. */
export interface Socket {
  addEventListener(type: 'close' | 'error', listener: () => void): void;
  /** What graphql-ws listens by. */
  onclose?: unknown;
  onerror?: unknown;
  /** Closes it without asking the other side; not all kinds can. */
  terminate?(): void;
}

/** A class of WebSockets. */
// biome-ignore lint/suspicious/noExplicitAny: what its constructor takes is between graphql-ws and the class
export type SocketClass = new (...args: any[]) => Socket;

/** The sockets of one client that are open, or are being opened or closed. */
export class Sockets {
  readonly #open = new Set<Socket>();

  /** The same class, whose instances are known here for as long as they live. */
  watched(impl: SocketClass): SocketClass {
    const open = this.#open;
    return class WatchedSocket extends impl {
      // biome-ignore lint/suspicious/noExplicitAny: a class that extends any class takes any arguments
      constructor(...args: any[]) {
        super(...args);
        open.add(this);
        this.addEventListener('close', () => open.delete(this));
        this.addEventListener('error', failed);
      }
    };
  }

  get any(): boolean {
    return this.#open.size > 0;
  }

  /** Has graphql-ws hear no more of those that there are: it would take the end of one that it has given up for the end of the next. */
  silence(): void {
    for (const socket of this.#open) Object.assign(socket, { onclose: null, onerror: null });
  }

  /** Closes all of them without asking the other side, where they can. */
  terminate(): void {
    for (const socket of this.#open) socket.terminate?.();
  }
}

/** The class that was given, or else the global one. */
export function socketClass(given: unknown, site: string): SocketClass {
  const impl = given ?? (globalThis as { readonly WebSocket?: unknown }).WebSocket;
  if (impl !== undefined) return impl as SocketClass;
  const rule = 'must be given, such as the WebSocket of the package ws: this Node.js has none of its own';
  throw new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'webSocket.impl', rule });
}

function failed(): void {} // graphql-ws is told as well; but it stops listening to a socket that it gives up, and an error that nobody hears ends the process
