import { createHash, timingSafeEqual } from 'node:crypto';
import { OAuthError } from './oauth-error.js';
import type { OAuthSettings } from './oauth-options.js';
import type { OAuthAsked, OAuthForm } from './token-request.js';

/** A client that has said who it is. */
export interface ProvenClient {
  readonly id: string;
  /** It has no secret, and so has not proven it. */
  readonly isPublic: boolean;
}

interface Claim {
  readonly id: string | undefined;
  readonly secret: string | undefined;
}

/** Checks who a client is, by `Authorization: Basic` or by the body; one way at a time. */
export function provenClient(
  { authorization }: OAuthAsked,
  form: OAuthForm,
  { clients }: Pick<OAuthSettings, 'clients'>,
): ProvenClient {
  const told: Claim = { id: form.get('client_id'), secret: form.get('client_secret') };
  const { id, secret } = authorization === undefined ? told : fromHeader(authorization, told);
  if (id === undefined) throw new OAuthError('invalid_client', 'the client does not say who it is');
  const expected = Object.hasOwn(clients, id) ? clients[id] : undefined;
  if (expected === undefined) throw new OAuthError('invalid_client', 'the client is not known');
  if (expected === null && secret === undefined) return { id, isPublic: true };
  if (expected === null || secret === undefined || !isSame(secret, expected)) {
    throw new OAuthError('invalid_client', 'the secret is wrong, or missing');
  }
  return { id, isPublic: false };
}

function fromHeader(authorization: string, told: Claim): Claim {
  const encoded = /^basic +([A-Za-z\d+/]+=*) *$/i.exec(authorization)?.[1];
  const pair = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(pair) ?? [];
  if (id === undefined || secret === undefined) {
    throw new OAuthError('invalid_client', 'the credentials in the header field Authorization are not Basic');
  }
  const claim = { id: decoded(id), secret: secret === '' ? undefined : decoded(secret) };
  if (told.secret !== undefined || (told.id !== undefined && told.id !== claim.id)) {
    throw new OAuthError('invalid_request', 'a client must say who it is in one way');
  }
  return claim;
}

/** Ids and secrets are forms inside of Basic: RFC 6749, 2.3.1. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OAuthError('invalid_client', 'the credentials in the header field Authorization are not form-encoded');
  }
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
