import type { Readable } from 'node:stream';
import type { RequestFacts } from './errors/index.js';
import type { HttpHeaders } from './http-headers.js';

/** Milliseconds for the parts of a request; Infinity for no limit. */
export interface PhaseLimits {
  /** For a free connection. */
  readonly pool: number;
  /** For a new connection to come about: name resolution, TCP and TLS. */
  readonly connect: number;
  /** While the request is sent: without anything of it being taken. */
  readonly write: number;
  /** Once it is sent: without anything arriving. */
  readonly read: number;
}

/** One attempt at a request, as it goes over the wire. */
export interface WireRequest extends RequestFacts {
  readonly target: URL;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body: text, bytes, a stream, a FormData or a Blob; undefined for none. */
  readonly data: unknown;
  readonly limits: PhaseLimits;
  /** The body of the answer is handed on as a stream, once its head is there. */
  readonly streaming: boolean;
  /** The most bytes that the body of the answer may have, as sent and once decompressed; Infinity for no limit. */
  readonly maxBytes: number;
  /** How many redirects are followed. */
  readonly maxRedirects: number;
}

/** An answer before anybody has read its body. */
export interface WireAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  /** All of it, or for those who asked for a stream, the stream. */
  readonly body: Buffer | Readable;
  /** Where redirects have led to; undefined where none was followed. */
  readonly target?: URL;
}
