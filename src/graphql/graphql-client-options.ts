import type { Duration } from '../core/index.js';
import type { RestClient, RestClientOptions } from '../http/index.js';
import type { FailureTest } from './errors/index.js';

/** Automatic persisted queries, by Apollo's protocol. */
export interface PersistedQueryOptions {
  /** Sends the hashes of queries by GET, so that caches on the way, and that of the client, can answer them. @default false */
  readonly get?: boolean;
}

/** How queries that are made at the same time are sent together. */
export interface BatchOptions {
  /** The most operations in one request, from 2 to 1000. @default 20 */
  readonly max?: number;
  /** How long the first one waits for others; 0 is until the code that runs now is done. @default 0 */
  readonly wait?: Duration;
}

/** By what subscriptions are carried. */
export type SubscriptionCarrier = 'ws' | 'sse' | 'multipart';

/** How subscriptions are carried, and what becomes of them when their connection is lost. */
export interface SubscriptionOptions {
  /** A WebSocket (graphql-ws), Server-Sent Events (graphql-sse, distinct connections), or a multipart answer (Apollo Router). @default 'ws' */
  readonly by?: SubscriptionCarrier;
  /** Results that may wait for their reader; one more ends the subscription. Those over HTTP wait in the connection instead. @default 1000 */
  readonly maxBuffered?: number;
  /** How often in a row connecting may fail, the first time included; 1 never subscribes again. @default 10 */
  readonly maxAttempts?: number;
  /** The wait before the second attempt, doubled each time; a random share of up to half of it is left out. @default '500ms' */
  readonly delay?: Duration;
  /** The longest wait; a connection that lasted this long begins to count anew. @default '30s' */
  readonly maxDelay?: Duration;
  /** Over HTTP: how long nothing at all may arrive, heartbeats included; 0 is no limit. @default '60s' */
  readonly idleTimeout?: Duration;
}

/** What connects a WebSocket says who it is with. */
export type ConnectionParams = Readonly<Record<string, unknown>>;

/** The WebSocket that all subscriptions of a client share; it is opened with the first and closed with the last. */
export interface WebSocketOptions {
  /** @default that of the client, as ws: or wss: */
  readonly url?: string;
  /** Sent when the connection is opened; a function is asked anew each time. */
  readonly connectionParams?:
    | ConnectionParams
    | (() => ConnectionParams | undefined | Promise<ConnectionParams | undefined>);
  /** The class of the WebSocket, such as that of the package `ws`; needed where there is no global one. @default the global one */
  readonly impl?: unknown;
  /** The time between two pings, by which a dead connection is noticed; 0 sends none. @default '30s' */
  readonly keepAlive?: Duration;
  /** For connecting, and for the answer to a ping. @default '10s' */
  readonly timeout?: Duration;
}

/** What a GraphQL client is told besides what a RestClient is. */
export interface OperationOptions {
  /** Where all operations go. @default the `baseURL` and the `path` */
  readonly url?: string;
  /** Joined to the `baseURL`. @default '/graphql' */
  readonly path?: string;
  /** A client that exists already, to send by; it stays yours to set up and to close. @default one of its own */
  readonly rest?: RestClient;
  /** How queries are sent; by GET, caches on the way may answer. @default 'POST' */
  readonly method?: 'POST' | 'GET';
  /**
   * Which errors are failures of the server: further codes, or a test, which leaves to the codes what it says undefined to. A failure counts for the
   * circuit and is repeated, if that does no harm; any other error is an answer.
   */
  readonly failOn?: readonly string[] | FailureTest;
  /** Sends the hash of a document instead of its text, once the server knows it. @default false */
  readonly persistedQueries?: boolean | PersistedQueryOptions;
  /** Sends queries that are made at the same time in one request. @default false */
  readonly batch?: boolean | BatchOptions;
  /** @default 'ws' */
  readonly subscriptions?: SubscriptionCarrier | SubscriptionOptions;
  readonly webSocket?: WebSocketOptions;
}

/** How a GraphQL client is set up: as a RestClient, apart from what the kind of an operation decides. */
export interface GraphQLClientOptions
  extends OperationOptions,
    Omit<RestClientOptions, 'dedup' | 'idempotentMethods'> {}
