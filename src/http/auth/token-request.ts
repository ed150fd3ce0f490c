import type { ClientAuth, CustomFetchOptions } from 'oauth4webapi';
import { isPermanent, isResilienceError } from '../../core/index.js';
import { HttpClientError, RedirectError, type RequestFacts, ResponseTooLargeError } from '../errors/index.js';
import { isPermanentCode } from '../permanence.js';
import { redactUrl } from '../redaction.js';
import type { CredentialsWorld } from './credentials.js';
import type { OAuth2Settings } from './oauth2-options.js';
import { readToken, type TokenAnswer } from './token-answer.js';
import { TokenFailure } from './token-failure.js';
import { untilLeft } from './until-left.js';

/** A request for a token, as it goes over the wire: always a POST. Its header fields and data are secret. */
export interface TokenRequest extends RequestFacts {
  readonly target: URL;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A form. */
  readonly data: string;
  /** Aborts when its time is over, or the client is closed. */
  readonly signal: AbortSignal;
}

/** What is asked for. */
export interface TokenAsking {
  readonly settings: OAuth2Settings;
  /** The newest refresh token. */
  readonly refreshToken: string | undefined;
  readonly world: CredentialsWorld;
  readonly signal: AbortSignal;
}

/** Asks a server for a token; rejects with a TokenFailure, or at once with the signal's reason. */
export function requestToken(asking: TokenAsking): Promise<TokenAnswer> {
  return untilLeft(ask(asking), asking.signal);
}

async function ask({ settings, refreshToken, world, signal }: TokenAsking): Promise<TokenAnswer> {
  const oauth = await import('oauth4webapi');
  signal.throwIfAborted(); // the client may have been closed meanwhile
  const server = { issuer: settings.tokenUrl.origin, token_endpoint: settings.tokenUrl.href };
  const client = { client_id: settings.clientId };
  const secrets = [settings.clientSecret, refreshToken, ...settings.parameters.values()];
  const send = (_: string, { headers, body }: CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    secrets.push(headers.authorization?.replace(/^Basic /, ''));
    return sendRequest(world, { settings, headers, data: body.toString(), signal });
  };
  const options = { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: settings.tokenUrl.protocol === 'http:' };
  const { parameters } = settings;
  const proof = proofOf(settings, oauth);
  const response = await (refreshToken === undefined
    ? oauth.clientCredentialsGrantRequest(server, client, proof, parameters, options)
    : oauth.refreshTokenGrantRequest(server, client, proof, refreshToken, {
        ...options,
        additionalParameters: parameters,
      }));
  return readToken(response, {
    check: (answer) => oauth.processGenericTokenEndpointResponse(server, client, answer),
    secrets: secrets.filter((secret) => secret !== undefined),
    wallNow: world.clock.wallNow(),
  });
}

function proofOf({ clientAuth, clientSecret }: OAuth2Settings, oauth: typeof import('oauth4webapi')): ClientAuth {
  if (clientSecret === undefined) return oauth.None();
  return clientAuth === 'post' ? oauth.ClientSecretPost(clientSecret) : oauth.ClientSecretBasic(clientSecret);
}

async function sendRequest(
  { client, clock, send }: CredentialsWorld,
  request: Pick<TokenRequest, 'headers' | 'data' | 'signal'> & { readonly settings: OAuth2Settings },
): Promise<Response> {
  const target = new URL(request.settings.tokenUrl);
  const { 'user-agent': _, ...headers } = request.headers; // that of the client, which sends it, is better
  const facts = { service: client, method: 'POST', url: redactUrl(target), endpoint: `POST ${target.pathname}` };
  const first = { requestId: undefined, attempt: 1, maxAttempts: 1, duration: 0, timestamp: clock.wallNow() };
  const { data, signal } = request;
  try {
    return await send({ ...facts, ...first, target, headers, data, signal });
  } catch (error) {
    throw unsent(error);
  }
}

/** Only errors of ours are known to hold no secrets, and are kept: of any other, the code is told. */
function unsent(error: unknown): TokenFailure {
  const code = codeOf(error);
  const told = code === undefined ? '' : ` (${code})`;
  if (error instanceof RedirectError || error instanceof ResponseTooLargeError) {
    return new TokenFailure('malformed', `answered with what is not read${told}`, { permanent: true, cause: error });
  }
  const isOurs = error instanceof HttpClientError || isResilienceError(error);
  return new TokenFailure('unreachable', `could not be reached${told}`, {
    permanent: isOurs ? isPermanent(error) : code !== undefined && isPermanentCode(code),
    cause: isOurs ? error : undefined,
  });
}

/** The code, such as `ECONNREFUSED`, of an error or of what caused it. */
function codeOf(error: unknown): string | undefined {
  const seen = new Set<unknown>();
  for (let link = error; link instanceof Error && !seen.has(link); link = link.cause) {
    seen.add(link);
    const { code } = link as { readonly code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z\d_]{2,40}$/.test(code)) return code;
  }
  return undefined;
}
