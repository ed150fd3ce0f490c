import { type Duration, durationRule, parseDuration } from '../../core/index.js';
import { AuthParts } from './auth-parts.js';
import { isOf, plainText, resourceUri, scopes } from './text-form.js';
import { tokenUrlFrom } from './token-url.js';

/** How access tokens are fetched from an OAuth 2 server (RFC 6749). */
export interface OAuth2Options {
  /** The server's token endpoint: https, or http on this machine. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Needed for 'client_credentials', unless `clientAuth` is 'none'. */
  readonly clientSecret?: string;
  /** @default 'refresh_token' where there is a `refreshToken`, or else 'client_credentials' */
  readonly grant?: 'client_credentials' | 'refresh_token';
  /** What 'refresh_token' begins with; a newer one that the server gives takes its place. */
  readonly refreshToken?: string;
  /** The scopes that are asked for: a list, or a text with spaces between them. */
  readonly scope?: string | readonly string[];
  /** Whom the token is for, as servers such as Auth0 want it. */
  readonly audience?: string;
  /** Whom the token is for, by RFC 8707; several are a list. */
  readonly resource?: string | readonly string[];
  /** What else the server wants to be sent. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** How the client proves who it is: in `Authorization`, in the body, or not at all. @default 'basic' where there is a `clientSecret`, or else 'none' */
  readonly clientAuth?: 'basic' | 'post' | 'none';
  /** How long before its end a token is replaced; never more than half of its lifetime. @default '30s' */
  readonly margin?: Duration;
  /** The time for one request for a token; 0 or Infinity for no limit. @default '10s' */
  readonly timeout?: Duration;
  /** Lets the token endpoint be http elsewhere than on this machine, where everybody on the way can read the secret. @default false */
  readonly allowHttp?: boolean;
  /** Is told each newer refresh token, so that it can be kept: the one before may be worth nothing any more. */
  readonly onRefreshToken?: (token: string) => void | Promise<void>;
}

/** The same, checked and complete. */
export interface OAuth2Settings {
  readonly tokenUrl: URL;
  readonly clientId: string;
  /** Undefined where the client does not prove who it is. */
  readonly clientSecret: string | undefined;
  readonly grant: 'client_credentials' | 'refresh_token';
  readonly refreshToken: string | undefined;
  /** All of scope, audience, resource and what else is sent. */
  readonly parameters: URLSearchParams;
  readonly clientAuth: 'basic' | 'post' | 'none';
  /** In milliseconds. */
  readonly margin: number;
  /** In milliseconds; Infinity for no limit. */
  readonly timeout: number;
  readonly onRefreshToken: ((token: string) => unknown) | undefined;
}

const names = [
  ...(['tokenUrl', 'clientId', 'clientSecret', 'grant', 'refreshToken', 'scope', 'audience', 'resource'] as const),
  ...(['parameters', 'clientAuth', 'margin', 'timeout', 'allowHttp', 'onRefreshToken'] as const),
] satisfies (keyof OAuth2Options)[];

type Parts = AuthParts<(typeof names)[number]>;

/** Checks and completes the options of OAuth 2; nothing that was given appears in the error. */
export function oauth2Settings(given: unknown, client: string): OAuth2Settings {
  const parts: Parts = new AuthParts(client, 'auth.oauth2', given, names);
  const onRefreshToken = parts.given('onRefreshToken');
  if (onRefreshToken !== undefined && typeof onRefreshToken !== 'function') {
    throw parts.wrong('onRefreshToken', 'must be a function');
  }
  return {
    tokenUrl: tokenUrlFrom(parts.given('tokenUrl'), flagOf(parts), (rule) => parts.wrong('tokenUrl', rule)),
    clientId: parts.text('clientId', plainText),
    ...proofOf(parts),
    parameters: parametersOf(parts),
    margin: durationOf(parts, 'margin', 30_000),
    timeout: durationOf(parts, 'timeout', 10_000) || Number.POSITIVE_INFINITY,
    onRefreshToken: onRefreshToken as OAuth2Settings['onRefreshToken'],
  };
}

/** By what the client proves that it may have a token, which must fit together. */
function proofOf(parts: Parts): Pick<OAuth2Settings, 'grant' | 'refreshToken' | 'clientAuth' | 'clientSecret'> {
  const refreshToken = parts.maybeText('refreshToken', plainText);
  const clientSecret = parts.maybeText('clientSecret', plainText);
  const defaultGrant = refreshToken === undefined ? 'client_credentials' : 'refresh_token';
  const grant = wordOf(parts, 'grant', ['client_credentials', 'refresh_token'], defaultGrant);
  const clientAuth = wordOf(parts, 'clientAuth', ['basic', 'post', 'none'], clientSecret ? 'basic' : 'none');
  if ((grant === 'refresh_token') !== (refreshToken !== undefined)) {
    const rule = refreshToken === undefined ? 'must be given for' : 'can only be given for';
    throw parts.wrong('refreshToken', `${rule} grant 'refresh_token'`);
  }
  if (clientSecret !== undefined && clientAuth === 'none') {
    throw parts.wrong('clientSecret', "cannot be given with clientAuth 'none'");
  }
  const needed = clientAuth !== 'none' || (grant === 'client_credentials' && parts.given('clientAuth') === undefined);
  if (needed && clientSecret === undefined) {
    throw parts.wrong('clientSecret', "must be given, unless the grant is 'refresh_token' or clientAuth is 'none'");
  }
  return { grant, refreshToken, clientAuth, clientSecret };
}

/** What the client itself sends, each by an option of its own or not at all. */
const own = ['grant_type', 'client_id', 'client_secret', 'refresh_token', 'scope', 'audience', 'resource'];

function parametersOf(parts: Parts): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(recordOf(parts))) {
    if (own.includes(name)) throw parts.wrong('parameters', `cannot hold ${name}, which has an option of its own`);
    if (!isOf(plainText, value)) throw parts.wrong('parameters', 'must hold texts that are not empty');
    parameters.set(name, value);
  }
  const scope = parts.texts('scope', scopes).join(' ');
  const audience = parts.maybeText('audience', plainText);
  if (scope !== '') parameters.set('scope', scope);
  if (audience !== undefined) parameters.set('audience', audience);
  for (const resource of parts.texts('resource', resourceUri)) parameters.append('resource', resource);
  return parameters;
}

function recordOf(parts: Parts): object {
  const given = parts.given('parameters') ?? {};
  if (typeof given === 'object' && !Array.isArray(given)) return given;
  throw parts.wrong('parameters', 'must be an object of texts');
}

function wordOf<const Word extends string>(
  parts: Parts,
  name: 'grant' | 'clientAuth',
  words: readonly Word[],
  fallback: NoInfer<Word>,
): Word {
  const given = parts.given(name) ?? fallback;
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  throw parts.wrong(name, `must be one of ${words.map((one) => `'${one}'`).join(', ')}`);
}

function durationOf(parts: Parts, name: 'margin' | 'timeout', fallback: number): number {
  const duration = parseDuration(parts.given(name) ?? fallback);
  if (duration !== undefined) return duration;
  throw parts.wrong(name, `must be a duration (${durationRule})`);
}

function flagOf(parts: Parts): boolean {
  const given = parts.given('allowHttp') ?? false;
  if (typeof given === 'boolean') return given;
  throw parts.wrong('allowHttp', 'must be true or false');
}
