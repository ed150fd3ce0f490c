import { InvalidOptionsError } from '../core/index.js';
import { RestClient } from '../http/index.js';
import { AnswerReader } from './answer-reader.js';
import {
  batchOptions,
  nestedOptions,
  operationOptions,
  partedOptions,
  persistedQueryOptions,
  subscriptionOptions,
  webSocketOptions,
} from './client-checks.js';
import { type Endpoint, endpointOf } from './endpoint.js';
import { failureTest } from './errors/index.js';
import type { GraphQLClientOptions } from './graphql-client-options.js';
import { Secrets } from './secrets.js';

/** Checks and completes the options of a client, and makes the RestClient beneath it. */
export function clientSettings(options: GraphQLClientOptions) {
  const { own, transport } = partedOptions(options);
  const site = own.rest?.name ?? (typeof transport.name === 'string' ? transport.name : 'http');
  const [beside] = Object.keys(transport);
  if (own.rest !== undefined && beside !== undefined) throw notBeside(beside, site);
  const settings = operationOptions.complete(own, site);
  const endpoint = endpointOf(own, transport.baseURL, site);
  const { persistedQueries, batch, subscriptions } = settings;
  const by = typeof subscriptions === 'string' ? { by: subscriptions } : subscriptions;
  const subscribing = nestedOptions(subscriptionOptions, by, 'subscriptions', site);
  if (own.webSocket !== undefined && subscribing.by !== 'ws') throw withoutSocket(subscribing.by, site);
  return {
    endpoint,
    rest: own.rest ?? ownClient(transport, endpoint),
    ownsRest: own.rest === undefined,
    method: settings.method,
    mapErrors: transport.mapErrors,
    reader: new AnswerReader(failureTest(own.failOn), new Secrets(transport.redact)),
    persistedQueries: switched(persistedQueries, (given) =>
      nestedOptions(persistedQueryOptions, given, 'persistedQueries', site),
    ),
    batch: switched(batch, (given) => nestedOptions(batchOptions, given, 'batch', site)),
    subscriptions: subscribing,
    webSocket: nestedOptions(webSocketOptions, settings.webSocket, 'webSocket', site),
  };
}

/** The options of a client, complete. */
export type ClientSettings = ReturnType<typeof clientSettings>;

/** Documents and variables in a URL are for the server alone. */
const hidden = ['query', 'variables', 'extensions'];

function ownClient(transport: Omit<GraphQLClientOptions, 'dedup'>, { baseURL }: Endpoint): RestClient {
  const { redact = [], ...others } = transport;
  const names = Array.isArray(redact) ? [...redact, ...hidden] : redact; // what is no list is refused by the RestClient
  return new RestClient({ ...others, redact: names, ...(baseURL !== undefined && { baseURL }) });
}

function switched<T>(given: boolean | object, complete: (given: object) => T): T | undefined {
  if (given === false) return undefined;
  return complete(given === true ? {} : given);
}

function notBeside(option: string, site: string): InvalidOptionsError {
  const rule = 'is for a RestClient, and must not be given beside rest, which has been set up';
  return new InvalidOptionsError({ decorator: 'GraphQLClient', site, option, rule });
}

function withoutSocket(by: string, site: string): InvalidOptionsError {
  const rule = `is for subscriptions by 'ws', and these go by '${by}'`;
  return new InvalidOptionsError({ decorator: 'GraphQLClient', site, option: 'webSocket', rule });
}
