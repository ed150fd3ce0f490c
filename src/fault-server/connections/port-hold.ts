import { connect, type Socket } from 'node:net';

/**
 * Keeps a port while nobody listens on it, by a connection from the port to itself: clients are refused beside it. Without that, the system could
 * give the port to another socket, be it that of a client, which would then connect to itself.
 */
export class PortHold {
  readonly #socket: Socket;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, localAddress: host, localPort: port });
    this.#socket.on('error', () => {
      // somebody has the port already, or this system has no such connections: who listens again will be told
    });
  }

  /** Gives the port up; resolves when it is free. */
  release(): Promise<void> {
    const socket = this.#socket;
    const gone = new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
    socket.resetAndDestroy(); // after an orderly end, the port would stay in use for a minute
    return gone;
  }
}
