import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { AxiosAdapter, AxiosProxyConfig } from 'axios';
import type { Duration } from '../core/index.js';
import type { CircuitBreakerOptions } from '../policies/circuit-breaker/index.js';
import type { RateLimitOptions } from '../policies/rate-limit/index.js';
import type { RetryOptions } from '../policies/retry/index.js';
import type { Runtime } from '../runtime/index.js';
import type { AuthOptions } from './auth/index.js';
import type { HttpCacheOptions } from './cache/index.js';
import type { HeaderOptions } from './http-headers.js';
import type { ErrorMap } from './map-errors.js';
import type { Middleware } from './middleware.js';
import type { QueryOptions } from './query.js';
import type { RequestTimeouts } from './request-options.js';

/** The connections of a client: how many, and for how long they are kept. */
export interface PoolOptions {
  /** Connections to one origin at the same time; Infinity for no limit, and no bulkhead. @default 100 */
  readonly size?: number;
  /** Requests to one origin that may wait for a connection. @default 1000 */
  readonly maxQueue?: number;
  /** Keeps connections open for the next request. @default true */
  readonly keepAlive?: boolean;
}

/** How long the requests of a client and their parts may take; 0 and Infinity are no limit. */
export interface ClientTimeouts extends RequestTimeouts {
  /** For a free connection. @default '10s' */
  readonly pool?: Duration;
}

/** Which requests are merged with others like them that are under way. */
export interface RequestDedupOptions {
  /** By their methods. @default ['GET', 'HEAD'] */
  readonly methods?: readonly string[];
  /** Header fields that make no difference, besides those of tracing and of request ids. */
  readonly ignoreHeaders?: readonly string[];
}

/** What the events, and so the logs, tell of requests. */
export interface RequestLogging {
  /** Tells `http.*` events at all. @default true */
  readonly enabled?: boolean;
}

/** How a client is set up. */
export interface RestClientOptions {
  /** The service that it calls, in events, metrics and messages; clients of one name share circuits, limiters and the bounds of their pools. @default 'http', and nothing is shared */
  readonly name?: string;
  /** What every path is joined to; without it each request needs an absolute URL. */
  readonly baseURL?: string;
  /** The time for one request: in all, or by its parts. @default { total: '30s', pool: '10s', connect: '10s', write: '30s', read: '30s' } */
  readonly timeout?: Duration | ClientTimeouts;
  /** Header fields of every request. */
  readonly headers?: HeaderOptions;
  /** Parameters of every request. */
  readonly query?: QueryOptions;
  /** @default 'holdfast' */
  readonly userAgent?: string;
  /** Who the client is for the server. */
  readonly auth?: AuthOptions;
  /**
   * How failed requests are repeated: those that may be sent twice, and all others where they provably never left. A number is that of attempts.
   * @default the defaults of Retry: 3 attempts
   */
  readonly retry?: RetryOptions | number | false;
  /** When a host is left alone, one circuit for each; `key` splits it otherwise, by the request. @default half of at least 20 calls in 30 s failed */
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  /** How fast requests are sent, one limiter for each host; `key` splits it otherwise, by the request. @default none */
  readonly rateLimit?: RateLimitOptions | false;
  /** The connections, and how many requests may wait for one; it is a bulkhead under the client's name. */
  readonly pool?: PoolOptions;
  /**
   * Merges requests that ask for the same at the same time, by what they are before the middleware of attempts: where that says who asks, requests
   * must not be merged. @default GET and HEAD where there is a `cache` and all middleware is `perCall`, else none
   */
  readonly dedup?: boolean | RequestDedupOptions;
  /** Keeps answers as HTTP says. @default false */
  readonly cache?: boolean | HttpCacheOptions;
  /** Methods that may be sent twice without harm. @default ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'] */
  readonly idempotentMethods?: readonly string[];
  /** Makes the `X-Request-ID` of each request, the same for all its attempts; false sends none. @default a random UUID */
  readonly requestId?: (() => string) | false;
  /** Tells the server how many milliseconds are left for its answer, in a header field of this name. @default none */
  readonly deadlineHeader?: string;
  /** Runs around each attempt, or around each call where `perCall` says so; the first is outermost. */
  readonly middleware?: readonly Middleware[];
  /** Turns errors into those of your own domain. */
  readonly mapErrors?: ErrorMap;
  /** Further names of header fields, parameters and members of bodies that are secrets, as texts (in any case) or patterns. */
  readonly redact?: readonly (string | RegExp)[];
  /** What is told of requests. @default true */
  readonly logging?: boolean | RequestLogging;
  /** The most bytes of an answer's body, decompressed as well; of those that are read as streams only where a request says so. @default 64 MiB */
  readonly maxBytes?: number;
  /** How many redirects are followed; credentials do not leave their origin. @default 5 */
  readonly maxRedirects?: number;
  /** Keeps the connections of http URLs; yours to destroy. @default one that keeps them alive, owned by the client */
  readonly httpAgent?: HttpAgent;
  /** Keeps the connections of https URLs; yours to destroy. @default one that keeps them alive, owned by the client */
  readonly httpsAgent?: HttpsAgent;
  /** A proxy, as axios takes it; false ignores those of the environment. @default those of the environment */
  readonly proxy?: AxiosProxyConfig | false;
  /** What axios sends by, such as `undiciAdapter()`. @default axios's own for Node */
  readonly adapter?: AxiosAdapter;
  /** Where its circuits, limiters and pools live, and whose events tell of it. @default the container's, else that of the first call that it is used in, else the default one */
  readonly runtime?: Runtime;
}
