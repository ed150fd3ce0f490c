import { randomUUID } from 'node:crypto';
import { count, flag, optional, options, that } from '../core/index.js';
import { checkCacheOptions } from './cache/index.js';
import { clientOptions } from './client-checks.js';
import { checkPolicies } from './client-policies.js';
import { checkRequestId, mergeHeaders } from './http-headers.js';
import { checkBaseUrl } from './http-url.js';
import { idempotencyHeader } from './idempotency.js';
import { dedupSettings } from './likeness.js';
import { checkErrorMap } from './map-errors.js';
import { isPerCall } from './middleware.js';
import { checkProxy } from './proxy.js';
import { checkQuery } from './query.js';
import { Redaction } from './redaction.js';
import type { PoolOptions, RequestLogging, RestClientOptions } from './rest-client-options.js';
import { clientTimeouts, standardLimits, timeLimits } from './time-limits.js';
import { secretNamesOf } from './token-requests.js';
import { checkedFields, wrongOption } from './wrong-option.js';

const defaultHeaders = { accept: 'application/json, text/plain;q=0.9, */*;q=0.8' };

const poolOptions = options<PoolOptions>()('RestClient', {
  size: optional(that<number>(isSize, 'must be a whole number of at least 1, or Infinity'), 100),
  maxQueue: optional(count(), 1000),
  keepAlive: optional(flag(), true),
});

const loggingOptions = options<RequestLogging>()('RestClient', { enabled: optional(flag(), true) });

/** Checks and completes the options of a client; values that may be secret never appear in the error. */
export function clientSettings(options: RestClientOptions) {
  const given = clientOptions.check(options);
  const settings = clientOptions.complete(given, '');
  const { name: client, userAgent } = settings;
  const cache = checkCacheOptions(given.cache, client);
  return {
    ...settings,
    cache,
    auth: given.auth,
    named: given.name !== undefined,
    baseURL: given.baseURL === undefined ? undefined : checkBaseUrl(given.baseURL, client),
    limits: timeLimits(given.timeout, { set: clientTimeouts, base: standardLimits, client }),
    headers: sharedHeaders(given.headers, userAgent, client),
    proxy: checkProxy(given.proxy, client),
    query: checkQuery(given.query, client),
    idempotentMethods: new Set(settings.idempotentMethods.map((method) => method.toUpperCase())),
    requestId: idMaker(settings.requestId, client),
    deadlineHeader: settings.deadlineHeader?.toLowerCase(),
    pool: checkedFields(poolOptions, given.pool ?? {}, 'pool', client),
    dedup: dedupSettings(given.dedup ?? (cache !== undefined && settings.middleware.every(isPerCall)), client),
    mapErrors: checkErrorMap(given.mapErrors, client),
    redaction: new Redaction([...settings.redact, ...secretNamesOf(given.auth, client)]),
    logging: logging(given.logging, client),
    policies: checkPolicies(given, client),
  };
}

/** The header fields of all requests of a client. */
function sharedHeaders(given: unknown, userAgent: string, client: string): Readonly<Record<string, string>> {
  const headers = mergeHeaders(given, mergeHeaders({ 'user-agent': userAgent }, defaultHeaders, client), client);
  if (headers[idempotencyHeader] === undefined) return headers;
  throw wrongOption(
    client,
    'headers',
    'cannot have an Idempotency-Key: all requests would have the same, and be taken for one',
  );
}

/** What makes the ids of requests; what a function of the user's makes is checked. */
function idMaker(given: (() => string) | false | undefined, client: string): (() => string) | false {
  if (given === undefined) return randomUUID;
  return given && (() => checkRequestId(given(), client));
}

function isSize(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1);
}

/** The options of a client, complete. */
export type ClientSettings = ReturnType<typeof clientSettings>;

function logging(given: unknown, client: string) {
  const options = typeof given === 'boolean' ? { enabled: given } : (given ?? {});
  return checkedFields(loggingOptions, options, 'logging', client);
}
