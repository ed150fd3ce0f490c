import { InvalidOptionsError } from '../../core/index.js';
import { RestClient } from '../rest-client.js';
import type { RestClientOptions } from '../rest-client-options.js';
import { authFrom } from './auth-variables.js';
import { type Environment, Variables } from './variables.js';

/**
 * Makes a client of environment variables that begin with a prefix: for `'STRIPE'` these are `STRIPE_BASE_URL` (required, unless the options have it),
 * `STRIPE_TIMEOUT`, `STRIPE_CONNECT_TIMEOUT`, `STRIPE_MAX_RETRIES` (3 are 4 attempts, 0 is none but the first), `STRIPE_RETRY_DELAY`,
 * `STRIPE_CIRCUIT_THRESHOLD` (failures in a row), `STRIPE_CIRCUIT_TIMEOUT` (for how long it stays open), and for who asks `STRIPE_TOKEN`,
 * `STRIPE_API_KEY` with `STRIPE_API_KEY_HEADER`, `STRIPE_USERNAME` with `STRIPE_PASSWORD`, or `STRIPE_OAUTH_TOKEN_URL` with
 * `STRIPE_OAUTH_CLIENT_ID`, `…_CLIENT_SECRET`, `…_SCOPE` and `…_REFRESH_TOKEN`. Durations have a unit (`5s`) or are milliseconds. Options that are
 * given go over those of the environment. Throws InvalidOptionsError that names the variable; secrets are not shown.
 */
export function restClientFromEnv(
  prefix: string,
  options: RestClientOptions = {},
  environment: Environment = process.env,
): RestClient {
  const found = optionsFrom(prefix, options, environment);
  try {
    return new RestClient({ ...present(options), ...found });
  } catch (error) {
    throw inWordsOf(prefix, error, options);
  }
}

/** The variables behind options that are checked by the client. */
const variableOf: Readonly<Record<string, string>> = {
  baseURL: 'BASE_URL',
  'timeout.total': 'TIMEOUT',
  'timeout.connect': 'CONNECT_TIMEOUT',
  'retry.maxAttempts': 'MAX_RETRIES',
  'retry.delay': 'RETRY_DELAY',
  'circuitBreaker.failureThreshold': 'CIRCUIT_THRESHOLD',
  'circuitBreaker.openFor': 'CIRCUIT_TIMEOUT',
  'auth.bearer': 'TOKEN',
  'auth.apiKey': 'API_KEY',
  'auth.header': 'API_KEY_HEADER',
  'auth.basic.username': 'USERNAME',
  'auth.basic.password': 'PASSWORD',
  'auth.oauth2.tokenUrl': 'OAUTH_TOKEN_URL',
  'auth.oauth2.clientId': 'OAUTH_CLIENT_ID',
  'auth.oauth2.clientSecret': 'OAUTH_CLIENT_SECRET',
  'auth.oauth2.scope': 'OAUTH_SCOPE',
  'auth.oauth2.refreshToken': 'OAUTH_REFRESH_TOKEN',
};

/** What is wrong with an option that the environment gave is wrong with its variable. */
function inWordsOf(prefix: string, error: unknown, options: RestClientOptions): unknown {
  if (!(error instanceof InvalidOptionsError)) return error;
  const { option = '', rule } = error;
  const variable = variableOf[option];
  if (variable === undefined || isGiven(option, options)) return error;
  return new InvalidOptionsError({ decorator: 'restClientFromEnv()', option: `${prefix}_${variable}`, rule });
}

/** The user said it, and not the environment. */
function isGiven(option: string, options: RestClientOptions): boolean {
  const [name, part] = option.split('.', 2) as [keyof RestClientOptions, string | undefined];
  const given: unknown = name === 'timeout' ? inParts(options.timeout) : options[name];
  return isParts(given) && name !== 'auth' && part !== undefined ? part in given : given !== undefined;
}

/** What the environment says; options go over it, part by part. */
function optionsFrom(prefix: string, options: RestClientOptions, environment: Environment): RestClientOptions {
  if (typeof prefix !== 'string' || !/^[A-Za-z]\w*$/.test(prefix)) {
    const rule = "must be a prefix of names of variables, such as 'STRIPE'";
    throw new InvalidOptionsError({ decorator: 'restClientFromEnv()', option: 'prefix', rule, value: prefix });
  }
  const variables = new Variables(prefix, environment);
  return {
    name: options.name ?? prefix.toLowerCase().replaceAll('_', '-'),
    ...(options.baseURL === undefined && { baseURL: variables.url('BASE_URL') }),
    ...given('timeout', options, () => timeoutFrom(variables)),
    ...given('retry', options, () => retryFrom(variables)),
    ...given('circuitBreaker', options, () => circuitFrom(variables)),
    ...given('auth', options, () => authFrom(variables)),
  };
}

/** An option that the environment may have, unless it was given. */
function given<Name extends keyof RestClientOptions>(
  name: Name,
  options: RestClientOptions,
  find: () => RestClientOptions[Name],
): Pick<RestClientOptions, Name> | undefined {
  const own = name === 'timeout' ? inParts(options.timeout) : options[name];
  if (own !== undefined && (!isParts(own) || name === 'auth')) return undefined;
  const found = find();
  return found === undefined
    ? undefined
    : ({ [name]: own === undefined ? found : { ...Object(found), ...Object(own) } } as Pick<RestClientOptions, Name>);
}

/** A time alone is that in all. */
function inParts(timeout: RestClientOptions['timeout']): RestClientOptions['timeout'] {
  return typeof timeout === 'string' || typeof timeout === 'number' ? { total: timeout } : timeout;
}

function isParts(option: unknown): option is object {
  return typeof option === 'object' && option !== null;
}

function timeoutFrom(variables: Variables): RestClientOptions['timeout'] {
  return present({ total: variables.duration('TIMEOUT'), connect: variables.duration('CONNECT_TIMEOUT') });
}

function retryFrom(variables: Variables): RestClientOptions['retry'] {
  const retries = variables.count('MAX_RETRIES', 99);
  const delay = variables.duration('RETRY_DELAY');
  return present({ maxAttempts: retries === undefined ? undefined : retries + 1, delay });
}

function circuitFrom(variables: Variables): RestClientOptions['circuitBreaker'] {
  const failureThreshold = variables.count('CIRCUIT_THRESHOLD', 10_000, 1);
  return present({ failureThreshold, openFor: variables.duration('CIRCUIT_TIMEOUT') });
}

/** What is there of some options; undefined when nothing is. */
function present<T extends object>(options: T): { [Name in keyof T]: Exclude<T[Name], undefined> } | undefined {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return entries.length === 0
    ? undefined
    : (Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> });
}
