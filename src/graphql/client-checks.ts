import {
  callback,
  count,
  duration,
  flag,
  InvalidOptionsError,
  maybe,
  type OptionSet,
  oneOf,
  optional,
  options,
  that,
} from '../core/index.js';
import { RestClient } from '../http/index.js';
import type { FailureTest } from './errors/index.js';
import type {
  BatchOptions,
  ConnectionParams,
  GraphQLClientOptions,
  OperationOptions,
  PersistedQueryOptions,
  SubscriptionOptions,
  WebSocketOptions,
} from './graphql-client-options.js';

/** The form of the options that a GraphQL client has besides those of a RestClient. */
export const operationOptions = options<OperationOptions>()('GraphQLClient', {
  url: maybe(that<string>(() => true, 'is checked elsewhere')), // it may hold a password
  path: maybe(that<string>((value) => typeof value === 'string', 'must be a text')),
  rest: maybe(that<RestClient>((value) => value instanceof RestClient, 'must be a RestClient')),
  method: optional(oneOf('POST', 'GET'), 'POST'),
  failOn: maybe(that<readonly string[] | FailureTest>(isFailOn, 'must be a list of codes, or a function')),
  persistedQueries: optional(switchOr<PersistedQueryOptions>(), false),
  batch: optional(switchOr<BatchOptions>(), false),
  subscriptions: optional(
    that<NonNullable<OperationOptions['subscriptions']>>(
      (value) => value === 'ws' || value === 'sse' || value === 'multipart' || isObject(value),
      "must be 'ws', 'sse', 'multipart', or an object of options",
    ),
    'ws',
  ),
  webSocket: optional(that<WebSocketOptions>(isObject, 'must be an object of options'), {}),
});

/** The form of `persistedQueries`. */
export const persistedQueryOptions = options<PersistedQueryOptions>()('GraphQLClient', {
  get: optional(flag(), false),
});

/** The form of `batch`. */
export const batchOptions = options<BatchOptions>()('GraphQLClient', {
  max: optional(count({ min: 2, max: 1000 }), 20),
  wait: optional(duration({ max: 60_000 }), 0),
});

/** The form of `subscriptions`. */
export const subscriptionOptions = options<SubscriptionOptions>()('GraphQLClient', {
  by: optional(oneOf('ws', 'sse', 'multipart'), 'ws'),
  maxBuffered: optional(count({ min: 1, max: 1_000_000 }), 1000),
  maxAttempts: optional(count({ min: 1, max: 1_000_000 }), 10),
  delay: optional(duration({ min: 1 }), '500ms'),
  maxDelay: optional(duration({ min: 1 }), '30s'),
  idleTimeout: optional(duration(), '60s'),
});

/** The form of `webSocket`. */
export const webSocketOptions = options<WebSocketOptions>()('GraphQLClient', {
  url: maybe(that<string>(isSocketUrl, 'must be an absolute URL that begins with ws: or wss: and has no fragment')),
  connectionParams: maybe(
    that<ConnectionParams | (() => ConnectionParams)>(
      (value) => isObject(value) || typeof value === 'function',
      'must be an object, or a function that makes one',
    ),
  ),
  impl: maybe(callback<unknown>()),
  keepAlive: optional(duration({ max: 2 ** 31 - 1 }), '30s'),
  timeout: optional(duration({ min: 1 }), '10s'),
});

/** Checks and completes an option that is an object of options itself; the error names the field, as in `batch.max`, and shows no url and no secret. */
export function nestedOptions<Given extends object, Complete>(
  set: OptionSet<Given, Complete>,
  given: unknown,
  option: string,
  site: string,
): Complete {
  try {
    return set.complete(set.check(given), '');
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    const path = error.option === undefined ? option : `${option}.${error.option}`;
    const fault = { decorator: 'GraphQLClient', site, option: path, rule: error.rule };
    const secret = error.option === 'url' || error.option === 'connectionParams' || error.value === undefined;
    throw new InvalidOptionsError(secret ? fault : { ...fault, value: error.value });
  }
}

/** All that a GraphQL client hands on to its RestClient. */
const transportNames = {
  ...{ name: true, baseURL: true, timeout: true, headers: true, query: true, userAgent: true, auth: true, retry: true },
  ...{ circuitBreaker: true, rateLimit: true, pool: true, cache: true, requestId: true, deadlineHeader: true },
  ...{ middleware: true, mapErrors: true, redact: true, logging: true, maxBytes: true, maxRedirects: true },
  ...{ httpAgent: true, httpsAgent: true, proxy: true, adapter: true, runtime: true },
} satisfies Record<Exclude<keyof GraphQLClientOptions, keyof OperationOptions>, true>;

/** Parts the options of a client: its own, and those of the RestClient beneath it. Throws for what is neither. */
export function partedOptions(given: unknown) {
  if (!isObject(given)) {
    throw new InvalidOptionsError({ decorator: 'GraphQLClient', rule: 'takes an object of options', value: given });
  }
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  const own = entries.filter(([name]) => operationOptions.names.includes(name));
  const others = entries.filter(([name]) => !operationOptions.names.includes(name));
  const unknown = others.find(([name]) => !Object.hasOwn(transportNames, name));
  if (unknown !== undefined) {
    const rule = `is no option; it takes ${[...operationOptions.names, ...Object.keys(transportNames)].join(', ')}`;
    throw new InvalidOptionsError({ decorator: 'GraphQLClient', option: unknown[0], rule });
  }
  const transport = Object.fromEntries(others) as Omit<GraphQLClientOptions, keyof OperationOptions>;
  return { own: operationOptions.check(Object.fromEntries(own)), transport };
}

function switchOr<T extends object>() {
  return that<boolean | T>(
    (value) => typeof value === 'boolean' || isObject(value),
    'must be true, false or an object of options',
  );
}

function isFailOn(value: unknown): boolean {
  return (
    typeof value === 'function' || (Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== ''))
  );
}

function isSocketUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^wss?:[^#]*$/i.test(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
