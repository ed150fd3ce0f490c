import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { systemClock, type Waiting } from '../../core/index.js';
import { connectionOf } from '../connections/connection.js';
import type { Answer, Fields } from './exchange.js';

/** Where data and a reset reach a client together, its system may report an orderly end: it must have read by then. */
const readingTime = 10;

/** How long a connection that was closed in an orderly way may stay half-open. */
const lingerTime = 5000;

const nothing = Buffer.alloc(0);

/** What a request can still wait for. */
export interface Patience extends Waiting {
  /** By the server's clock; rejects when the client, or the server, hangs up. */
  wait(duration: number): Promise<void>;
  /** Until the client, or the server, hangs up, or the time of the request is over. */
  hang(): Promise<void>;
}

/** What an answer is made of, in the order in which it leaves. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The connection beneath one answer: sends by the rules of HTTP, or bytes as they are; waits, hangs, and ends by FIN or by reset. */
export class Wire {
  /** An answer to HEAD has no body. */
  readonly bodiless: boolean;
  readonly #raw: ServerResponse;
  readonly #socket: Socket;
  readonly #patience: Patience;

  constructor(raw: ServerResponse, socket: Socket, patience: Patience) {
    this.bodiless = raw.req.method === 'HEAD';
    this.#raw = raw;
    this.#socket = socket;
    this.#patience = patience;
  }

  /** Whether the client, or the server, has hung up. */
  get cut(): boolean {
    return this.#patience.halt !== undefined || this.#socket.destroyed;
  }

  /** Sends an answer by the rules of HTTP, no faster than the client reads; the connection can be used on. */
  async send(
    { status = 200, statusText = wordsOf(status), headers = {} }: Omit<Answer, 'body'>,
    pieces: Pieces,
  ): Promise<void> {
    this.#raw.sendDate = false; // it has one of its own, or shall have none
    this.#raw.writeHead(status, statusText, headers).write(nothing); // flushHeaders() would write them in UTF-8
    if (!this.bodiless) for await (const piece of pieces) if (!(await this.#put(piece))) return;
    this.#raw.end();
  }

  /** Sends an answer whose body is bytes, or pieces of them. */
  sendExactly({ body, ...head }: Answer): Promise<void> {
    return this.send(head, body instanceof Uint8Array ? [body] : (body as Pieces));
  }

  /** Sends bytes; resolves when the system has taken them, also when the connection was cut meanwhile. Text is sent byte by byte (Latin-1). */
  write(bytes: string | Uint8Array): Promise<void> {
    if (this.cut) return Promise.resolve();
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    return this.#until((done) => void this.#socket.write(data, done));
  }

  /** Waits by the server's clock; rejects when the client, or the server, hangs up. */
  wait(duration: number): Promise<void> {
    return this.#patience.wait(duration);
  }

  /** Closes the connection in an orderly way, whatever is still missing. */
  end(): void {
    this.#socket.end();
    const cancel = systemClock.later(lingerTime, () => this.#socket.destroy());
    this.#socket.once('close', cancel);
  }

  /** Resets the connection, once the client has had time to read what was sent. */
  resetSoon(): void {
    systemClock.later(readingTime, () => connectionOf(this.#socket)?.reset());
  }

  /** Closes the connection as TCP does; TLS on it is not told, and so its client cannot tell an end from a cut. */
  breakOff(): void {
    connectionOf(this.#socket)?.end();
  }

  /** Says nothing more; returns when the client, or the server, hangs up, or the time of the request is over. */
  hang(): Promise<void> {
    return this.#patience.hang();
  }

  /** Hands a piece of a body over; resolves when there is room for the next, to false when nobody is left to read it. */
  async #put(piece: Uint8Array): Promise<boolean> {
    if (this.cut) return false;
    if (!this.#raw.write(piece)) await this.#until((done) => this.#raw.once('drain', done));
    return !this.cut;
  }

  /** Waits for something that never comes once the connection is cut. */
  #until(start: (done: () => void) => unknown): Promise<void> {
    return new Promise((resolve) => {
      const leave = this.#patience.onHalt(() => resolve());
      start(() => {
        leave();
        resolve();
      });
    });
  }
}

/** The body of an answer, in bytes. */
export function bodyOf({ body }: Answer): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.alloc(0);
}

/** The length of an answer's body, for its head; none where its status says that it has no body. */
export function lengthOf(answer: Answer): Fields {
  const { status = 200 } = answer;
  return status === 204 || status === 304 ? {} : { 'content-length': String(bodyOf(answer).length) };
}

/** The head of an answer as a healthy server sends it, apart from these header fields. */
export function headOf(answer: Answer, fields: Fields = {}): string {
  const { status = 200, statusText = wordsOf(status), headers = {} } = answer;
  const usual = { ...headers, ...lengthOf(answer), connection: 'keep-alive' };
  const lines = Object.entries({ ...usual, ...fields }).flatMap(([name, value]) =>
    [value ?? []].flat().map((text) => `${name}: ${text}\r\n`),
  );
  return `HTTP/1.1 ${status} ${statusText}\r\n${lines.join('')}\r\n`;
}

function wordsOf(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown';
}
