import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../../core/index.js';

/** How long a client may keep its side open after ours has ended. */
const lingerTime = 5000;

const connections = new WeakMap<Socket, Connection>();

/** One connection of a client, whatever is spoken on it: how it ends, and why. */
export class Connection {
  readonly tcp: Socket;
  /** Whether it came by the port that only steers the server. */
  readonly control: boolean;
  /** Requests on it by which the server is being steered. */
  steering = 0;
  /** It would have been cut, had the server not been steered on it: it ends with the answer. */
  spared = false;
  /** The kind of the fault that cut it; undefined when none did. */
  cutBy: string | undefined;

  constructor(tcp: Socket, control: boolean) {
    this.tcp = tcp;
    this.control = control;
    connections.set(tcp, this);
  }

  /** Notes the socket of what is spoken on top of TCP. */
  carries(socket: Socket): void {
    connections.set(socket, this);
  }

  /** Resets it; `cutBy` names the fault that does so to a connection that was in use. */
  reset(cutBy?: string): void {
    this.cutBy ??= cutBy;
    this.tcp.resetAndDestroy();
  }

  /** Ends it as TCP does, after what was sent and these last words; TLS on top of it says no goodbye. Who does not end it in turn is cut. */
  end(words: string | Uint8Array = '', clock: Clock = systemClock): void {
    this.tcp.end(words);
    const cancel = clock.later(lingerTime, () => this.tcp.destroy());
    this.tcp.once('close', cancel);
  }
}

/** The connection that a socket belongs to; undefined for one that did not come through the gate. */
export function connectionOf(socket: Socket): Connection | undefined {
  return connections.get(socket);
}
