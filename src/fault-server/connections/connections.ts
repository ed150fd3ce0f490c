import type { Socket } from 'node:net';
import { Connection } from './connection.js';

/** The connections of clients, in numbers; those on the control port are left out. */
export interface ConnectionCounts {
  /** Let in since the start. Those that were refused are not seen by anybody. */
  readonly accepted: number;
  readonly open: number;
  /** Failed on command: before anything was asked, or cut while they were open. */
  readonly failed: number;
}

/** The connections that are open. */
export class Connections {
  /** Why none can come although no fault is to blame; undefined while they can. The gate says so. */
  hindrance: () => Error | undefined = () => undefined;
  readonly #open = new Map<Socket, Connection>();
  #accepted = 0;
  #failed = 0;
  #steering = 0;
  #onLeft: (() => void) | undefined;

  get counts(): ConnectionCounts {
    return { accepted: this.#accepted, open: this.#open.size - this.#steering, failed: this.#failed };
  }

  /** A client has come, by the control port or not. */
  add(socket: Socket, control: boolean): Connection {
    const connection = new Connection(socket, control);
    this.#open.set(socket, connection);
    if (control) this.#steering++;
    else this.#accepted++;
    socket.on('error', () => {
      // a client that resets its connection has left: 'close' tells that
    });
    socket.once('close', () => {
      this.#open.delete(socket);
      if (control) this.#steering--;
      if (this.counts.open === 0) this.#onLeft?.();
    });
    return connection;
  }

  /** Counts a connection that fails before anything was asked. */
  fails(): void {
    this.#failed++;
  }

  /** Resets those that are there; one on which the server is just being steered ends with its answer, so that the client hears it. */
  cut(kind: string): void {
    for (const connection of [...this.#open.values()]) {
      if (connection.control) continue;
      if (connection.steering > 0) connection.spared = true;
      else this.#reset(connection, kind);
    }
  }

  /** Calls `left` when clients have no connection left, at once if so. */
  whenLeft(left: () => void): void {
    if (this.counts.open === 0) left();
    else this.#onLeft = left;
  }

  /** Ends those on which nothing was said yet. */
  dropSilent(): void {
    for (const { tcp, control } of [...this.#open.values()]) if (!control && tcp.bytesRead === 0) tcp.destroy();
  }

  /** Ends all of them at once; resolves when they are gone. */
  async destroy(): Promise<void> {
    const gone = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()).destroy());
    await Promise.all([...this.#open.keys()].map(gone));
  }

  #reset(connection: Connection, kind: string): void {
    this.#failed++;
    connection.reset(kind);
  }
}
