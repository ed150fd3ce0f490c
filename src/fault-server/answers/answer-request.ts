import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Waiting } from '../../core/index.js';
import { targetOf } from '../request-target.js';

/** A request for an answer of one's own, once all of it has come. */
export interface AnswerRequest {
  readonly method: string;
  /** What was asked for, as it came: a path with its query, or a whole URL where the client takes the server for a proxy. */
  readonly url: string;
  /** The path without its query, as it came. */
  readonly path: string;
  /** What stood in the places of `{name}`, unescaped; `'*'` is what a `*` at the end stood for. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The value of JSON; the text of all else, broken JSON included; undefined where there was no body. */
  readonly body: unknown;
  /** The body as it came; empty where there was none. */
  readonly bytes: Uint8Array;
  /** Aborts when nobody waits for the answer any more: the client has left, the request's time is over, or the server is closed. */
  readonly signal: AbortSignal;
}

/** What came of a request. */
export interface Arrived {
  readonly request: FastifyRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** A request as answers see it; its signal is made for whoever asks for it. */
export class AskedRequest implements AnswerRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly body: unknown;
  readonly #request: FastifyRequest;
  readonly #waiting: Waiting;
  #controller: AbortController | undefined;
  #leave: (() => void) | undefined;

  constructor({ request, params, bytes }: Arrived, waiting: Waiting) {
    this.params = params;
    this.bytes = bytes;
    this.body = read(bytes, request.headers['content-type']);
    this.#request = request;
    this.#waiting = waiting;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return this.#request.url;
  }

  get path(): string {
    return targetOf(this.url).path;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(targetOf(this.url).query);
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#abortable();
    return this.#controller.signal;
  }

  /** The answer has been made: its client may leave now, and nothing is aborted. */
  release(): void {
    this.#leave?.();
  }

  #abortable(): AbortController {
    const controller = new AbortController();
    const { halt } = this.#waiting;
    if (halt) controller.abort(halt.reason);
    else this.#leave = this.#waiting.onHalt(({ reason }) => controller.abort(reason));
    return controller;
  }
}

/** What is JSON by its type, `application/problem+json` and the like included, is read as such where it can be. */
function read(bytes: Buffer, type = ''): unknown {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString();
  if (!/^\s*application\/(?:[\w!#$&^.-]+\+)?json\s*(?:;|$)/i.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // what a broken body is answered with is for the function to say
  }
}
