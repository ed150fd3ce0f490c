import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Duration } from '../core/index.js';
import type { HttpCacheMode } from './cache/index.js';
import type { HeaderOptions } from './http-headers.js';
import type { Middleware } from './middleware.js';
import type { PathParams } from './path-params.js';
import type { QueryOptions } from './query.js';

/** How long a request and its parts may take; 0 and Infinity are no limit. */
export interface RequestTimeouts {
  /** For the whole request: all attempts, and the waits between them. @default '30s' */
  readonly total?: Duration;
  /** For one attempt, its body included. @default none */
  readonly attempt?: Duration;
  /** For a new connection: name resolution, TCP and TLS. @default '10s' */
  readonly connect?: Duration;
  /** While the request is sent: without anything of it being taken. @default '30s' */
  readonly write?: Duration;
  /** Once it is sent: without anything arriving. Of a stream, the only limit that holds once its head is there. @default '30s' */
  readonly read?: Duration;
}

/** The options of one request. */
export interface RequestOptions<T = unknown> {
  /** What stands in the place of `{name}` in the path, encoded. */
  readonly params?: PathParams;
  /** Parameters, which replace those of the client. */
  readonly query?: QueryOptions;
  /** Header fields, which replace those of the client. */
  readonly headers?: HeaderOptions;
  /**
   * Texts, bytes, streams, URLSearchParams (a form) and FormData (multipart) as they are; a function that makes a body is called for each attempt;
   * everything else is sent as JSON. A stream that is given as it is can be sent once: such a request is not repeated.
   */
  readonly body?: unknown;
  /** The time for this request: in all, or by its parts. @default that of the client */
  readonly timeout?: Duration | RequestTimeouts;
  /** Ends the request; the signal of the protected call around it is heeded without being given. */
  readonly signal?: AbortSignal;
  /** false: the client makes one attempt. @default true */
  readonly retry?: boolean;
  /** false: the request passes by the client's circuit, and is not counted there. @default true */
  readonly circuitBreaker?: boolean;
  /** Whether it is merged with others like it that are under way. @default as the client's `dedup` says */
  readonly dedup?: boolean;
  /** How the client's cache is used, by the modes of the Fetch standard; false is 'no-store'. @default 'default' */
  readonly cache?: HttpCacheMode | false;
  /**
   * Lets the server recognise the request when it comes again, so that it can be repeated: a key of yours, or true for one that is made once and
   * stays the same in all attempts, also in those of a Retry around your own method where that can be seen.
   */
  readonly idempotencyKey?: string | true;
  /** Sending it twice does no more than sending it once: it is repeated like a GET. @default by the method */
  readonly idempotent?: boolean;
  /** Checks the data of the answer, and gives them their type: of zod, valibot, or any other library of the Standard Schema. */
  readonly schema?: StandardSchemaV1<unknown, T>;
  /** Which statuses are no error. @default those of 2xx */
  readonly validateStatus?: (status: number) => boolean;
  /** What the request is called in metrics and errors: from a finite set. @default its method, and its path where that has placeholders */
  readonly endpoint?: string;
  /** The most bytes of the answer's body. @default that of the client */
  readonly maxBytes?: number;
  /** How many redirects are followed. @default that of the client */
  readonly maxRedirects?: number;
  /** Runs within that of the client. */
  readonly middleware?: readonly Middleware[];
}
