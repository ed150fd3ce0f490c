import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import type { Clock } from '../../core/index.js';
import type { TimedPhase } from '../errors/index.js';
import type { Patience } from '../patience.js';
import type { WireRequest } from '../wire.js';
import { type Connections, isQueued, isWaiting, leaveQueue } from './connections.js';
import { switchedProtocol, timeoutError } from './failure.js';
import { Phases } from './phases.js';

/** What a trip is about, and for whom. */
export interface RoundTripParts {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly maxHeaderSize: number | undefined;
  readonly request: WireRequest;
  readonly origin: string;
  readonly patience: Patience;
}

/** Who reads the body of an answer. */
export interface Receiver {
  /** It has enough to do, and waits for nothing. */
  readonly busy: boolean;
  fail(reason: unknown): void;
}

/**
 * A request on its way to one server and its answer on the way back: ends when a phase takes too long, or its caller's patience does. To axios
 * it is the signal that may end the request, and the transport that makes it, which is how it sees each request of node:http, whatever the agent.
 */
export class RoundTrip extends Phases {
  /** It was ended before it was done. */
  aborted = false;
  /** Why it was. */
  reason: unknown;
  /** What went wrong with its connection or its messages, which a body that breaks off for it does not tell. */
  fault: unknown;
  readonly #parts: RoundTripParts;
  readonly #impatient = (): void => this.end(this.#parts.patience.reason);
  readonly #connected = (): void => this.#sending();
  #client: ClientRequest | undefined;
  #socket: Socket | undefined;
  #receiver: Receiver | undefined;
  #abort: (() => void) | undefined;

  constructor(parts: RoundTripParts) {
    super(parts.clock, parts.request.limits);
    this.#parts = parts;
    parts.patience.addEventListener('abort', this.#impatient);
  }

  /** For axios, as on a signal. */
  addEventListener(_: 'abort', listener: () => void): void {
    this.#abort = listener;
  }

  /** For axios, as on a signal. */
  removeEventListener(): void {
    this.#abort = undefined;
  }

  /** For axios, as of node:http. */
  request(options: RequestOptions, respond: (answer: IncomingMessage) => void): ClientRequest {
    const { maxHeaderSize, connections, origin } = this.#parts;
    if (maxHeaderSize !== undefined) options.maxHeaderSize = maxHeaderSize;
    const client = (options.protocol === 'https:' ? httpsRequest : httpRequest)(options, respond);
    this.#client = client;
    client.once('socket', (socket) => this.#assigned(socket));
    client.once('finish', () => this.#sent());
    client.once('error', (error) => {
      this.fault = error;
    });
    client.once('upgrade', (_, socket) => this.#switched(socket)); // node:http would let go of it without a word
    const queued = isQueued(client);
    if (queued) connections.note(client, origin);
    this.enter(queued ? 'pool' : 'connect');
    return client;
  }

  /** The head of the answer is there: `receiver` reads its body, and tells what becomes of it. */
  answered(receiver: Receiver): void {
    this.#receiver = receiver;
    this.rest();
  }

  /** Somebody waits for the body: from now on it is the server who is slow. */
  awaited(): void {
    if (this.phase === undefined) this.enter('read');
  }

  /** Something of the body has arrived. */
  heard(): void {
    this.moved();
  }

  /** What has arrived of the body is decompressed: only now is there somebody again who waits for more. */
  digested(): void {
    this.moved();
  }

  /** Nobody waits for the body. */
  unawaited(): void {
    this.rest();
  }

  /** Ends it now: its connection is closed, and whoever waits for it hears `reason`. */
  end(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    if (this.#client && !this.#socket) leaveQueue(this.#client);
    this.#receiver?.fail(reason);
    this.#abort?.(); // axios destroys its request, and rejects
    this.over();
  }

  /** There is nothing to watch any more. What the server has not taken of the request by the time it has answered, it does not want. */
  over(): void {
    this.rest();
    this.#parts.patience.removeEventListener('abort', this.#impatient);
    this.#socket?.off('connect', this.#connected).off('secureConnect', this.#connected);
    if (this.#client?.writableFinished === false) this.#client.destroy();
    const { data } = this.#parts.request;
    if (data instanceof Readable && !data.readableEnded) data.destroy();
  }

  protected override progress(phase: TimedPhase): number {
    if (this.#receiver || !this.#socket) return 0;
    const { bytesRead, bytesWritten, writableLength } = this.#socket;
    return phase === 'write' ? (bytesWritten ?? 0) - writableLength : (bytesRead ?? 0); // what an agent gives need not be a socket
  }

  /**
   * A body that is slow itself leaves nothing to be taken, and a client that is slow to decompress takes nothing; and a request without a
   * connection may have left its queue unseen.
   */
  protected override excused(phase: TimedPhase): boolean {
    if (phase === 'read') return this.#receiver?.busy === true;
    if (phase === 'write') return this.#socket?.writableLength === 0;
    if (phase !== 'pool' || !this.#client || isWaiting(this.#client)) return false;
    this.enter('connect');
    return true;
  }

  protected override strike(phase: TimedPhase): void {
    this.end(timeoutError(phase, this.#parts.request, this.#parts.patience.sent));
  }

  #assigned(socket: Socket): void {
    const { connections, origin } = this.#parts;
    this.#socket = socket;
    if (!this.#client?.reusedSocket) connections.note(socket, origin);
    const { secureConnecting } = socket as Socket & { readonly secureConnecting?: boolean }; // of those with TLS
    if (socket.destroyed) return; // its name was not found, for instance: what went wrong is told to axios
    if (socket.connecting || secureConnecting) {
      socket.once(secureConnecting === undefined ? 'connect' : 'secureConnect', this.#connected);
      if (this.phase === 'pool') this.enter('connect');
    } else this.#sending();
  }

  #switched(socket: Duplex): void {
    socket.destroy();
    this.end(switchedProtocol(this.#parts.request));
  }

  #sending(): void {
    this.#parts.patience.sent = true;
    if (!this.#client?.writableFinished) this.enter('write');
  }

  #sent(): void {
    if (!this.#receiver && !this.aborted) this.enter('read');
  }
}
