import { connect, type Socket } from 'node:net';

/** A connection over which a test speaks HTTP by hand, and sees what comes back byte for byte. */
export class Conversation {
  /** What came back so far, a character for each byte. */
  heard = '';
  /** How the connection ended. */
  readonly ended: Promise<'closed' | 'reset'>;
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk) => {
      this.heard += chunk;
      for (const look of this.#waiting) look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#socket.once('close', () => resolve('closed'));
      this.#socket.once('error', (error: NodeJS.ErrnoException) =>
        // EPIPE: it was reset, and nobody had read that yet
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve('reset') : reject(error),
      );
    });
  }

  /** Sends requests at once, one behind the other. */
  ask(...requests: readonly string[]): this {
    this.#socket.write(requests.map((request) => `${request} HTTP/1.1\r\nhost: test\r\n\r\n`).join(''));
    return this;
  }

  /** Waits until something that matches has come back. */
  until(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!pattern.test(this.heard)) return;
        this.#waiting.delete(look);
        resolve(this.heard);
      };
      this.#waiting.add(look);
      const lost = () =>
        reject(new Error(`the connection ended before ${pattern}, after ${JSON.stringify(this.heard)}`));
      this.ended.then(lost, reject);
      look();
    });
  }

  /** Leaves: in an orderly way, by a reset, or with its own side only. */
  leave(how: 'fin' | 'reset' | 'half' = 'fin'): void {
    if (how === 'reset') this.#socket.resetAndDestroy();
    else if (how === 'half') this.#socket.end();
    else this.#socket.destroy();
  }
}
