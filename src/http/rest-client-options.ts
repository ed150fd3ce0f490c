import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  anything,
  Clock,
  type Duration,
  duration,
  EventBus,
  maybe,
  name,
  optional,
  options,
  systemClock,
  that,
} from '../core/index.js';
import type { Runtime } from '../runtime/index.js';
import { type HeaderOptions, mergeHeaders } from './http-headers.js';
import { checkBaseUrl } from './http-url.js';
import { checkQuery, type QueryOptions } from './query.js';

/** How a client is set up. */
export interface RestClientOptions {
  /** The service that it calls, in events and messages. @default 'http' */
  readonly name?: string;
  /** What every path is joined to; without it each request needs an absolute URL. */
  readonly baseURL?: string;
  /** The time for one request, its body included; 0 or Infinity for no limit. @default '30s' */
  readonly timeout?: Duration;
  /** Header fields of every request. */
  readonly headers?: HeaderOptions;
  /** Parameters of every request. */
  readonly query?: QueryOptions;
  /** @default 'holdfast' */
  readonly userAgent?: string;
  /** Keeps the connections of http URLs; yours to destroy. @default one that keeps them alive, owned by the client */
  readonly httpAgent?: HttpAgent;
  /** Keeps the connections of https URLs; yours to destroy. @default one that keeps them alive, owned by the client */
  readonly httpsAgent?: HttpsAgent;
  /** Whose events tell of the requests. @default the default runtime */
  readonly runtime?: Runtime;
  /** The time by which requests run out of it. @default the clock of the system */
  readonly clock?: Clock;
}

/** The options of one request. */
export interface RequestOptions {
  /** Parameters, which replace those of the client. */
  readonly query?: QueryOptions;
  /** Header fields, which replace those of the client. */
  readonly headers?: HeaderOptions;
  /** Texts, bytes, streams, URLSearchParams and FormData as they are; everything else as JSON. */
  readonly body?: unknown;
  /** The time for this request; 0 or Infinity for no limit. @default that of the client */
  readonly timeout?: Duration;
  /** Ends the request; the signal of the protected call around it is heeded without being given. */
  readonly signal?: AbortSignal;
}

const defaultHeaders = { accept: 'application/json, text/plain;q=0.9, */*;q=0.8' };

const clientOptions = options<RestClientOptions>()('RestClient', {
  name: optional(name(), 'http'),
  baseURL: checkedBelow<string>(),
  timeout: optional(duration(), '30s'),
  headers: checkedBelow<HeaderOptions>(),
  query: checkedBelow<QueryOptions>(),
  userAgent: optional(
    that<string>((value) => typeof value === 'string' && value !== '', 'must be a text'),
    'holdfast',
  ),
  httpAgent: maybe(that<HttpAgent>((value) => value instanceof HttpAgent, 'must be an http.Agent')),
  httpsAgent: maybe(that<HttpsAgent>((value) => value instanceof HttpsAgent, 'must be an https.Agent')),
  runtime: maybe(that<Runtime>(isRuntime, 'must be a Runtime')),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

const requestOptions = options<RequestOptions>()('RestClient', {
  query: checkedBelow<QueryOptions>(),
  headers: checkedBelow<HeaderOptions>(),
  body: anything(),
  timeout: maybe(duration()),
  signal: maybe(that<AbortSignal>((value) => value instanceof AbortSignal, 'must be an AbortSignal')),
});

/** Checks and completes the options of a client; values that may be secret never appear in the error. */
export function clientSettings(options: RestClientOptions) {
  const given = clientOptions.check(options);
  const settings = clientOptions.complete(given, '');
  const { name: client, userAgent } = settings;
  return {
    ...settings,
    timeout: limit(settings.timeout),
    baseURL: given.baseURL === undefined ? undefined : checkBaseUrl(given.baseURL, client),
    headers: mergeHeaders(given.headers, mergeHeaders({ 'user-agent': userAgent }, defaultHeaders, client), client),
    query: checkQuery(given.query, client),
  };
}

/** The options of a client, complete. */
export type ClientSettings = ReturnType<typeof clientSettings>;

/** Checks the options of one request and joins them to those of its client. */
export function requestSettings(options: RequestOptions, client: ClientSettings) {
  const given = requestOptions.check(options, client.name);
  const { timeout, signal } = requestOptions.complete(given, client.name);
  return {
    signal,
    body: given.body,
    query: given.query === undefined ? client.query : { ...client.query, ...checkQuery(given.query, client.name) },
    headers: given.headers === undefined ? client.headers : mergeHeaders(given.headers, client.headers, client.name),
    timeout: timeout === undefined ? client.timeout : limit(timeout),
  };
}

/** The options of one request, complete. */
export type RequestSettings = ReturnType<typeof requestSettings>;

function limit(timeout: number): number {
  return timeout === 0 ? Number.POSITIVE_INFINITY : timeout;
}

/** An option whose value may be secret: its own check follows, whose error does not show it. */
function checkedBelow<T>() {
  return maybe(that<T>(() => true, 'is checked below'));
}

function isRuntime(value: unknown): boolean {
  return (value as { readonly events?: unknown } | null)?.events instanceof EventBus;
}
