import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosAdapter, AxiosProxyConfig } from 'axios';
import { callback, count, type Duration, EventBus, maybe, name, optional, options, that } from '../core/index.js';
import type { Runtime } from '../runtime/index.js';
import { isFieldName } from './http-headers.js';
import type { Middleware } from './middleware.js';
import type { ClientTimeouts, RestClientOptions } from './rest-client-options.js';

/** Methods that may be sent twice without harm, where nobody says otherwise: those that RFC 9110, section 9.2.1, calls safe. */
export const harmlessMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'];

/** The form of each option of a client; what may hold secrets, or has options of its own, is checked elsewhere, by whoever knows it. */
export const clientOptions = options<RestClientOptions>()('RestClient', {
  name: optional(name(), 'http'),
  baseURL: elsewhere<string>(),
  timeout: elsewhere<Duration | ClientTimeouts>(),
  headers: elsewhere<NonNullable<RestClientOptions['headers']>>(),
  query: elsewhere<NonNullable<RestClientOptions['query']>>(),
  userAgent: optional(text(), 'holdfast'),
  auth: elsewhere<NonNullable<RestClientOptions['auth']>>(),
  retry: elsewhere<NonNullable<RestClientOptions['retry']>>(),
  circuitBreaker: elsewhere<NonNullable<RestClientOptions['circuitBreaker']>>(),
  rateLimit: elsewhere<NonNullable<RestClientOptions['rateLimit']>>(),
  pool: elsewhere<NonNullable<RestClientOptions['pool']>>(),
  dedup: elsewhere<NonNullable<RestClientOptions['dedup']>>(),
  cache: elsewhere<NonNullable<RestClientOptions['cache']>>(),
  idempotentMethods: optional(methods(), harmlessMethods),
  requestId: maybe(
    that<(() => string) | false>(
      (value) => value === false || typeof value === 'function',
      'must be a function that returns a text, or false',
    ),
  ),
  deadlineHeader: maybe(that<string>(isFreeField, 'must be the name of a header field that nobody else needs')),
  middleware: optional(middlewares(), []),
  mapErrors: elsewhere<NonNullable<RestClientOptions['mapErrors']>>(),
  redact: optional(
    that<readonly (string | RegExp)[]>(
      (value) =>
        Array.isArray(value) && value.every((one) => (typeof one === 'string' && one !== '') || one instanceof RegExp),
      'must be a list of names and patterns',
    ),
    [],
  ),
  logging: elsewhere<NonNullable<RestClientOptions['logging']>>(),
  maxBytes: optional(bytes(), 64 * 1024 * 1024),
  maxRedirects: optional(count({ max: 100 }), 5),
  httpAgent: maybe(that<HttpAgent>((value) => value instanceof HttpAgent, 'must be an http.Agent')),
  httpsAgent: maybe(that<HttpsAgent>((value) => value instanceof HttpsAgent, 'must be an https.Agent')),
  proxy: elsewhere<AxiosProxyConfig | false>(),
  adapter: maybe(callback<AxiosAdapter>()),
  runtime: runtime(),
});

/** A list of functions that stand between a client and the wire. */
export function middlewares() {
  return that<readonly Middleware[]>(
    (value) => Array.isArray(value) && value.every((one) => typeof one === 'function'),
    'must be a list of functions',
  );
}

/** How many bytes something may have. */
export function bytes() {
  return that<number>(
    (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1),
    'must be a whole number of bytes of at least 1, or Infinity',
  );
}

/** Names of HTTP methods. */
export function methods() {
  return that<readonly string[]>(
    (value) => Array.isArray(value) && value.every((one) => typeof one === 'string' && /^[A-Za-z]+$/.test(one)),
    "must be a list of HTTP methods, such as ['GET']",
  );
}

/** An option whose value may be secret, or is a world of its own: its check follows, and its error shows no more than it may. */
export function elsewhere<T>() {
  return maybe(that<T>(() => true, 'is checked elsewhere'));
}

/** Fields that say where a request goes and where it ends are no place for anything else. */
const taken: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'host',
  'connection',
  'authorization',
]);

function isFreeField(name: unknown): boolean {
  return isFieldName(name) && !taken.has(String(name).toLowerCase());
}

function text() {
  return that<string>((value) => typeof value === 'string' && value !== '', 'must be a text');
}

/** Where the state of a client lives. */
export function runtime() {
  return maybe(that<Runtime>(isRuntime, 'must be a Runtime'));
}

function isRuntime(value: unknown): boolean {
  return (value as { readonly events?: unknown } | null)?.events instanceof EventBus;
}
