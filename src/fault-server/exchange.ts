import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, type Ending, type EndListener, Lifetime, systemClock, type Waiting } from '../core/index.js';

/** Where data and a reset reach a client together, its system may report an orderly end: it must have read by then. */
const readingTime = 10;

/** How a request ended: `abandoned` when its client left first, `closed` when the server did. */
export type Outcome = 'answered' | 'failed' | 'refused' | 'abandoned' | 'closed';

/** What is sent back. */
export interface Answer {
  readonly body: unknown;
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a request was settled: with which status, if one was sent. */
export interface Settlement {
  readonly outcome: Outcome;
  readonly status: number | undefined;
}

/** One request and the answer that it may or may not get; it is settled exactly once. */
export class Exchange implements Waiting {
  readonly request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #clock: Clock;
  readonly #lifetime: Lifetime;
  readonly #tell: (settlement: Settlement) => void;
  readonly #leave: () => void;
  #outcome: Outcome | undefined;

  /** `settled` is told before a byte of the answer leaves. */
  constructor(reply: FastifyReply, clock: Clock, within: Lifetime, settled: (settlement: Settlement) => void) {
    this.request = reply.request;
    this.#reply = reply;
    this.#clock = clock;
    this.#tell = settled;
    this.#lifetime = new Lifetime(within);
    this.#leave = this.#lifetime.watch(() => this.#settle('closed'));
    if (reply.raw.closed) this.#left();
    else reply.raw.once('close', () => this.#left());
  }

  /** The path without its query. */
  get path(): string {
    return this.request.url.split('?', 1)[0] ?? '';
  }

  /** Somebody still waits for an answer. */
  get open(): boolean {
    return !this.#outcome && !this.halt;
  }

  /** Why there is nobody left to wait for: the client has left, or the server is closed. */
  get halt(): Ending | undefined {
    return this.#lifetime.ending;
  }

  onHalt(listener: EndListener): () => void {
    return this.#lifetime.watch(listener);
  }

  /** Waits; rejects when nobody is left to wait for. */
  wait(duration: number): Promise<void> {
    return this.#clock.sleep(duration, this);
  }

  /** Answers in full. */
  answer(outcome: Outcome, { body, status = 200, headers = {} }: Answer): void {
    this.#settle(outcome, status);
    this.#reply.code(status).headers(headers).send(body);
  }

  /** Resets the connection before a byte of an answer has left. */
  reset(): void {
    const { raw } = this.#reply.hijack();
    this.#settle('failed');
    raw.socket?.resetAndDestroy();
  }

  /** Sends the head of an answer and half of its body, then resets the connection. */
  resetAmid(text: string): void {
    const { raw } = this.#reply.hijack();
    this.#settle('failed', 200);
    raw.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) });
    const reset = () => systemClock.later(readingTime, () => raw.socket?.resetAndDestroy());
    raw.write(text.slice(0, text.length / 2), reset);
  }

  /** Never answers; returns when the client has given up, or the server has closed. */
  hang(): Promise<void> {
    this.#reply.hijack();
    return new Promise((resolve) => {
      if (this.halt) resolve();
      else this.onHalt(() => resolve());
    });
  }

  #left(): void {
    this.#settle('abandoned');
    this.#lifetime.end(new Error('the client has left'));
  }

  #settle(outcome: Outcome, status?: number): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#leave();
    this.#tell({ outcome, status });
  }
}
