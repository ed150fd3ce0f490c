import type { RequestFacts } from './errors/index.js';
import type { HeaderOptions } from './http-headers.js';
import type { QueryOptions } from './query.js';

/** One request as middleware sees it, and the functions among the options of a client; it is never changed, `with` makes another one. */
export interface HttpRequest extends RequestFacts {
  /** Where it goes, secrets included; a copy, to look at. */
  readonly target: URL;
  /** The header fields by their names in lower case, secrets included. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was given. */
  readonly body: unknown;
  /** Sending it twice does no more than sending it once: by its method, by an idempotency key, or because the caller says so. */
  readonly idempotent: boolean;
  /** Aborted when the attempt is over before it is done; outside of an attempt the caller's own, if there is one. */
  readonly signal: AbortSignal | undefined;
  /** The same request, with some things changed. */
  with(changes: RequestChanges): HttpRequest;
}

/** What middleware may change of a request. */
export interface RequestChanges {
  /** Goes over the header fields that are there; undefined takes one away. */
  readonly headers?: HeaderOptions;
  /** Goes over the parameters that are there; undefined takes one away. */
  readonly query?: QueryOptions;
  /** Another address, on the same origin if the client has a `baseURL`. */
  readonly url?: string | URL;
  /** Another body; undefined for none. */
  readonly body?: unknown;
}
