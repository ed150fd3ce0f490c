import { retryAfterOf } from '../../core/index.js';
import { isPermanentStatus } from '../permanence.js';
import { redacted } from '../redaction.js';
import { bearerToken, isOf } from './text-form.js';
import { TokenFailure } from './token-failure.js';

/** What a server gave. */
export interface TokenAnswer {
  readonly accessToken: string;
  /** As the server said it. */
  readonly expiresIn: unknown;
  /** A newer refresh token; undefined where the server gave none. */
  readonly refreshToken: string | undefined;
}

/** How an answer is read. */
export interface Reading {
  /** Checks the answer to a request for a token, and returns what it holds. */
  readonly check: (answer: Response) => Promise<{ readonly access_token: string; readonly token_type: string }>;
  /** What the server was sent, and nobody is to read. */
  readonly secrets: readonly string[];
  /** What the clock on the wall shows. */
  readonly wallNow: number;
}

type Body = Readonly<Record<string, unknown>>;

/** The most bytes of an answer: no token comes near. */
const maxBytes = 1024 * 1024;

/** Reads the answer to a request for a token; throws a TokenFailure for what is none. */
export async function readToken(response: Response, reading: Reading): Promise<TokenAnswer> {
  const body = parsed(await textOf(response));
  if (response.status !== 200) throw refusal(response, body, reading);
  if (body === undefined) throw malformed('answered with what is no JSON object', false);
  return granted(body, reading);
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw new TokenFailure('unreachable', 'broke off its answer', { permanent: false }); // what a stream fails with may hold anything
  }
  if (size > maxBytes) throw malformed(`answered with more than ${maxBytes} bytes`, true);
  return Buffer.concat(chunks).toString();
}

/** undefined for what is no JSON object. */
function parsed(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined; // the parser's error quotes the text
  }
}

/** Only what is used is checked: an ID token would be, against an issuer that nobody named. */
async function granted(body: Body, { check }: Reading): Promise<TokenAnswer> {
  const { access_token, token_type, refresh_token, expires_in } = body;
  const answer = await check(Response.json({ access_token, token_type })).catch(() => undefined); // its error quotes the token
  if (answer?.token_type !== 'bearer') throw malformed('answered with what is no bearer token', true);
  const { access_token: accessToken } = answer;
  if (!isOf(bearerToken, accessToken)) throw malformed('answered with a token that no header field can hold', true);
  const refreshToken = typeof refresh_token === 'string' && refresh_token !== '' ? refresh_token : undefined;
  return { accessToken, expiresIn: expires_in, refreshToken };
}

/** What servers call it when they cannot answer now, whatever the status. */
const passing: ReadonlySet<unknown> = new Set(['server_error', 'temporarily_unavailable', 'slow_down']);

function refusal(response: Response, body: Body | undefined, { secrets, wallNow }: Reading): TokenFailure {
  const { status } = response;
  const oauthError = errorCode(body?.error, secrets);
  const what = `answered with ${status}${oauthError === undefined ? '' : ` (${oauthError})`}`;
  if (status < 400) return malformed(what, true, status);
  const permanent = isPermanentStatus(status) && !passing.has(oauthError);
  return new TokenFailure(permanent ? 'refused' : 'unreachable', what, {
    permanent,
    status,
    oauthError,
    description: description(body?.error_description, secrets),
    retryAfter: retryAfterOf(response, wallNow),
  });
}

function malformed(what: string, permanent: boolean, status = 200): TokenFailure {
  return new TokenFailure('malformed', what, { permanent, status });
}

function errorCode(value: unknown, secrets: readonly string[]): string | undefined {
  if (typeof value !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(value)) return undefined;
  return withoutSecrets(value, secrets) === value ? value : undefined;
}

function description(value: unknown, secrets: readonly string[]): string | undefined {
  if (typeof value !== 'string') return undefined;
  return withoutSecrets(value, secrets)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 500);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), formEncoded(secret)]);
  const longestFirst = forms.sort((one, other) => other.length - one.length);
  return longestFirst.reduce((safe, form) => safe.replaceAll(form, redacted), text);
}

function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length);
}
