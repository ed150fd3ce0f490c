import type { StandardSchemaV1 } from '@standard-schema/spec';
import { anything, callback, count, type Duration, flag, maybe, options, that } from '../core/index.js';
import { checkCacheMode, type HttpCacheMode } from './cache/index.js';
import { bytes, elsewhere, middlewares } from './client-checks.js';
import type { ClientSettings } from './client-settings.js';
import { type HeaderOptions, mergeHeaders } from './http-headers.js';
import { idempotencyHeader, ownKey } from './idempotency.js';
import { pairsOf } from './pairs.js';
import type { PathParams } from './path-params.js';
import { checkQuery, type QueryOptions } from './query.js';
import type { RequestOptions, RequestTimeouts } from './request-options.js';
import { isSuccess } from './success.js';
import { requestTimeouts, timeLimits } from './time-limits.js';
import { wrongOption } from './wrong-option.js';

const requestOptions = options<RequestOptions>()('RestClient', {
  params: elsewhere<PathParams>(),
  query: elsewhere<QueryOptions>(),
  headers: elsewhere<HeaderOptions>(),
  body: anything(),
  timeout: elsewhere<Duration | RequestTimeouts>(),
  signal: maybe(that<AbortSignal>((value) => value instanceof AbortSignal, 'must be an AbortSignal')),
  retry: maybe(flag()),
  circuitBreaker: maybe(flag()),
  dedup: maybe(flag()),
  cache: elsewhere<HttpCacheMode | false>(),
  idempotencyKey: elsewhere<string | true>(),
  idempotent: maybe(flag()),
  schema: maybe(
    that<StandardSchemaV1<unknown, unknown>>(isSchema, 'must be a schema of the Standard Schema, version 1'),
  ),
  validateStatus: maybe(callback<(status: number) => boolean>()),
  endpoint: maybe(that<string>(isEndpoint, 'must be a text of 1 to 200 characters')),
  maxBytes: maybe(bytes()),
  maxRedirects: maybe(count({ max: 100 })),
  middleware: maybe(middlewares()),
});

/** Checks the options of one request and joins them to those of its client. */
export function requestSettings<T>(options: RequestOptions<T>, client: ClientSettings) {
  const given = requestOptions.check(options, client.name) as RequestOptions<T>;
  const { name } = client;
  const headers = given.headers === undefined ? client.headers : mergeHeaders(given.headers, client.headers, name);
  const idempotencyKey = keyOf(given.idempotencyKey, name);
  if (typeof idempotencyKey === 'string' && headers[idempotencyHeader] !== undefined) {
    throw wrongOption(name, 'idempotencyKey', 'cannot be given beside a header field Idempotency-Key');
  }
  return {
    headers,
    named: namesIn(given.headers),
    idempotencyKey,
    params: given.params,
    signal: given.signal,
    body: given.body,
    query: given.query === undefined ? client.query : { ...client.query, ...checkQuery(given.query, name) },
    limits: timeLimits(given.timeout, { set: requestTimeouts, base: client.limits, client: name }),
    retry: given.retry ?? true,
    circuitBreaker: given.circuitBreaker ?? true,
    dedup: given.dedup,
    cache: checkCacheMode(given.cache, name),
    idempotent: given.idempotent,
    schema: given.schema,
    validateStatus: given.validateStatus ?? isSuccess,
    endpoint: given.endpoint,
    maxBytes: given.maxBytes,
    maxRedirects: given.maxRedirects ?? client.maxRedirects,
    middleware: given.middleware ?? [],
  };
}

function keyOf(given: unknown, client: string): string | true | undefined {
  return given === undefined || given === true ? given : ownKey(given, client);
}

const none: ReadonlySet<string> = new Set();

/** The header fields that a request names itself. */
function namesIn(headers: HeaderOptions | undefined): ReadonlySet<string> {
  return headers === undefined ? none : new Set(pairsOf(headers).map(([name]) => name.toLowerCase()));
}

/** The options of one request, complete. */
export type RequestSettings = ReturnType<typeof requestSettings>;

function isSchema(value: unknown): boolean {
  const standard = (value as { readonly '~standard'?: StandardSchemaV1.Props } | null)?.['~standard'];
  return typeof standard?.validate === 'function' && standard.version === 1;
}

function isEndpoint(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}
