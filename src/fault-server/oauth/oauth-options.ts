import {
  type Duration,
  duration,
  flag,
  InvalidOptionsError,
  maybe,
  optional,
  options,
  that,
} from '../../core/index.js';
import { isScope } from './scope.js';

/** How the server gives out and takes tokens. */
export interface OAuthOptions {
  /** The clients by their ids, with their secrets; null for one that has none, which may only refresh and revoke. @default { test: 'secret' } */
  readonly clients?: Readonly<Record<string, string | null>>;
  /** How long an access token is good; clients are told whole seconds. @default '5m' */
  readonly tokenTtl?: Duration;
  /** How long a refresh token is good. @default '1d' */
  readonly refreshTtl?: Duration;
  /** A refresh token is good once, and replaced when it is used; one that comes twice ends all that came of the same grant. @default true */
  readonly rotate?: boolean;
  /** The scopes that may be asked for. @default any */
  readonly scopes?: readonly string[];
}

const decorator = 'startFaultServer';
const mostClients = 1000;
const mostScopes = 100;

const oauthOptions = options<OAuthOptions>()(decorator, {
  clients: optional(
    that<NonNullable<OAuthOptions['clients']>>(() => true, ''), // looked at before, since no error may show secrets
    { test: 'secret' },
  ),
  tokenTtl: optional(duration({ min: 1000, max: 86_400_000 }), 300_000),
  refreshTtl: optional(duration({ min: 1000, max: 86_400_000 * 365 }), 86_400_000),
  rotate: optional(flag(), true),
  scopes: maybe(
    that<readonly string[]>(
      (value) => Array.isArray(value) && value.length <= mostScopes && value.every(isScope),
      `must be a list of at most ${mostScopes} scopes: texts without spaces, quotes and backslashes`,
    ),
  ),
});

/** The same in milliseconds, complete. */
export type OAuthSettings = ReturnType<typeof oauthOptions.complete>;

/** Checks and completes what was given; no error shows a secret. */
export function oauthSettings(given: OAuthOptions): OAuthSettings {
  const { clients } = oauthOptions.check(given);
  if (clients !== undefined && !areClients(clients)) {
    const rule = `must be an object of at most ${mostClients} clients: ids of at most 200 characters, each with a secret or null`;
    throw new InvalidOptionsError({ decorator, option: 'clients', rule });
  }
  return oauthOptions.complete(given, '');
}

/** Any printable ASCII, as RFC 6749 has it for ids and secrets. */
const printable = /^[\x20-\x7e]{1,200}$/;

function areClients(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const clients = Object.entries(value);
  const fits = ([id, secret]: [string, unknown]) =>
    printable.test(id) && (secret === null || (typeof secret === 'string' && printable.test(secret)));
  return clients.length <= mostClients && clients.every(fits);
}
