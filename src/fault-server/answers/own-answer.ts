import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { AnswerRequest } from './answer-request.js';

/** What a test's own API answers: all of it, and nothing else but what HTTP needs to carry it. */
export interface OwnAnswer {
  /** @default 200 */
  readonly status?: number;
  /** The words behind the status. @default the usual ones */
  readonly statusText?: string;
  /**
   * Header fields; those with a list are sent once for each of its values. One that is undefined is not sent: takes the `content-type` or the `date`
   * away that would be sent otherwise. A `content-length` goes with a stream only, and is held to.
   */
  readonly headers?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /**
   * A text or bytes are sent as they are, a stream as it comes; anything else as JSON. The `content-type` follows from that, unless `headers` have
   * one. @default no body
   */
  readonly body?: unknown;
}

/** A body that comes piece by piece, in texts or bytes; the server reads it no faster than its client does, and lets go of it when that leaves. */
export type StreamedBody = Readable | ReadableStream | AsyncIterable<string | Uint8Array>;

/** Makes an answer for each request. What it throws is answered with 500. */
export type AnswerFunction = (request: AnswerRequest) => OwnAnswer | Promise<OwnAnswer>;

/** The answers of an API of one's own, each by its route: a method and a path, such as `'GET /quotes/{id}'`, or a path alone for all methods. */
export type OwnAnswers = Readonly<Record<string, OwnAnswer | AnswerFunction>>;
