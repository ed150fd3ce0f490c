import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../core/index.js';
import { BodyStream, type Sink } from './body-stream.js';
import { nodeHeaders } from './node-headers.js';

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Record<string, string | string[]>;
}

/** What is done with the body of an answer: collected, handed on as a stream, or dropped. */
export type BodyUse = 'collect' | 'stream' | 'drop';

/** An answer whose body is still on its way; `collected` is there for one that is collected, `stream` for one that is handed on. */
export interface Incoming extends AnswerHead {
  readonly use: BodyUse;
  readonly collected: Promise<Buffer> | undefined;
  readonly stream: Readable | undefined;
}

/** What an exchange is told about. */
export interface ExchangeOptions {
  /** Says what is to be done with the body. */
  readonly use: (head: AnswerHead) => BodyUse;
  /** The most bytes that a collected body may have; Infinity for no limit. */
  readonly maxBytes: number;
  /** The error for a body that has more. */
  readonly tooLarge: () => Error;
  /** The request is on a connection. */
  readonly started: () => void;
  readonly clock: Clock;
}

/** How many bytes and milliseconds it is worth to have a connection back that still brings the body of a redirect. */
const worthReading = 64 * 1024;
const worthWaiting = 1000;

/** One request and its answer, as undici tells of them. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Settles with the head of the answer, or with what came in its place. */
  readonly incoming: Promise<Incoming>;
  readonly #options: ExchangeOptions;
  #resolve!: (incoming: Incoming) => void;
  #reject!: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #sink: Sink | undefined;
  #aborted: Error | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.incoming = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends it, wherever it is; what waits for a connection is not sent any more. */
  abort(reason: Error): void {
    this.#aborted ??= reason;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(this.#aborted);
    else this.#options.started();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    statusText = '',
  ): void {
    if (status < 200) return; // the answer itself is still to come
    const head = { status, statusText, headers: nodeHeaders(headers) };
    const use = this.#options.use(head);
    if (use === 'collect') this.#collect(head);
    else if (use === 'stream') this.#stream(head, controller);
    else this.#drop(head, controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sink?.write(chunk, controller);
  }

  onResponseEnd(): void {
    this.#sink?.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#reject(error);
    this.#sink?.fail(error);
  }

  #collect(head: AnswerHead): void {
    const { maxBytes, tooLarge } = this.#options;
    const chunks: Buffer[] = [];
    let size = 0;
    const collected = new Promise<Buffer>((resolve, reject) => {
      this.#sink = {
        write: (chunk) => {
          size += chunk.length;
          if (size > maxBytes) this.abort(tooLarge());
          else chunks.push(chunk);
        },
        end: () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
        fail: reject,
      };
    });
    this.#resolve({ ...head, use: 'collect', collected, stream: undefined });
  }

  #stream(head: AnswerHead, controller: Dispatcher.DispatchController): void {
    const stream = new BodyStream(controller);
    this.#sink = stream;
    this.#resolve({ ...head, use: 'stream', collected: undefined, stream });
  }

  /** A short body is let by, so that its connection can be used again; a long one is not worth that. */
  #drop(head: AnswerHead, controller: Dispatcher.DispatchController): void {
    let left = worthReading;
    const stop = () => controller.abort(new Error('the body of a redirect is not read'));
    const calm = this.#options.clock.later(worthWaiting, stop);
    this.#sink = {
      write: (chunk) => {
        left -= chunk.length;
        if (left < 0) stop();
      },
      end: calm,
      fail: calm, // the next hop is under way: what becomes of this body is nobody's
    };
    this.#resolve({ ...head, use: 'drop', collected: undefined, stream: undefined });
  }
}
