import { flag, InvalidOptionsError, isPlainObject, maybe, options, that } from '../core/index.js';
import type { ChosenOperation } from './documents/index.js';
import type { ErrorPolicy, SubscribeOptions } from './graphql-request.js';
import type { GraphQLRequestOptions, TransportOptions } from './operation-request.js';

/** Its form; what is the RestClient's is checked by that. */
const requestOptions = options<GraphQLRequestOptions>()('GraphQLClient', {
  operationName: maybe(that<string>((value) => typeof value === 'string', 'must be the name of an operation')),
  batch: maybe(flag()),
  headers: elsewhere<NonNullable<TransportOptions['headers']>>(),
  timeout: elsewhere<NonNullable<TransportOptions['timeout']>>(),
  signal: maybe(that<AbortSignal>((value) => value instanceof AbortSignal, 'must be an AbortSignal')),
  retry: maybe(flag()),
  circuitBreaker: maybe(flag()),
  cache: elsewhere<NonNullable<TransportOptions['cache']>>(),
  idempotencyKey: elsewhere<NonNullable<TransportOptions['idempotencyKey']>>(),
  idempotent: maybe(flag()),
  maxBytes: elsewhere<number>(),
  middleware: maybe(that<NonNullable<TransportOptions['middleware']>>(Array.isArray, 'must be a list of functions')),
});

/** Checks the options of one operation. */
export function checkRequestOptions(given: unknown, site: string): GraphQLRequestOptions {
  const checked = requestOptions.check(given ?? {}, site);
  if (checked.headers === undefined || isPlainObject(checked.headers)) return checked; // nobody sees what a Map holds
  const rule = 'must be a plain object of header fields'; // they may be secret: no error shows them
  throw new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'headers', rule });
}

/** Parts what the client decides by from what it hands on. */
export function partedRequest(options: GraphQLRequestOptions, { type, endpoint }: ChosenOperation) {
  const { operationName: _, batch, ...transport } = options;
  if (type === 'query' && transport.idempotent === false) throw queriesAreSafe(endpoint);
  const useless = type === 'subscription' ? notOfSubscriptions.find((name) => name in options) : undefined;
  if (useless !== undefined) throw notForSubscriptions(useless, endpoint);
  const alone = Object.keys(transport).some((name) => name !== 'signal');
  return { transport: transport as TransportOptions, sociable: batch !== false && type === 'query' && !alone };
}

const notOfSubscriptions = ['batch', 'retry', 'cache', 'idempotencyKey', 'idempotent'] as const;

/** What is said of a request, and means nothing to a WebSocket. */
const ofRequests = ['headers', 'timeout', 'circuitBreaker', 'maxBytes', 'middleware'] as const;

/** Refuses what a subscription over a WebSocket cannot heed. */
export function checkOverSocket(transport: TransportOptions, site: string): void {
  const option = ofRequests.find((name) => name in transport);
  if (option === undefined) return;
  const rule = 'is for subscriptions over HTTP; over a WebSocket, connectionParams say who subscribes';
  throw new InvalidOptionsError({ decorator: 'GraphQLClient', site, option, rule });
}

/** Checks what is to become of answers with errors. */
export function checkErrorPolicy(given: unknown, site: string): ErrorPolicy {
  if (given === undefined) return 'partial';
  if (given === 'throw' || given === 'partial') return given;
  const rule = "must be 'throw' or 'partial'";
  throw new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'errorPolicy', rule, value: given });
}

/** Checks who is told of reconnections. */
export function checkOnReconnect(given: unknown, site: string): SubscribeOptions['onReconnect'] {
  if (given === undefined || typeof given === 'function') return given as SubscribeOptions['onReconnect'];
  const rule = 'must be a function';
  throw new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'onReconnect', rule, value: given });
}

function queriesAreSafe(site: string): InvalidOptionsError {
  const rule = 'is for mutations; a query that must not be sent twice has retry: false';
  return new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'idempotent', rule, value: false });
}

function notForSubscriptions(option: string, site: string): InvalidOptionsError {
  const rule = 'is for queries and mutations; how a subscription comes back is said by the client, in subscriptions';
  return new InvalidOptionsError({ decorator: 'GraphQLClient', site, option, rule });
}

function elsewhere<T>() {
  return maybe(that<T>(() => true, 'is checked elsewhere'));
}
