import type { Answer } from '../exchange/exchange.js';

/** The words that RFC 6749 and RFC 7009 have for what was wrong with a request. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** A request that is refused; what it says never repeats what was sent, since that may be a secret. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/** Answers as the endpoints of an OAuth server do: in JSON that nobody keeps. */
export function oauthAnswer(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: {
      ...{ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', pragma: 'no-cache' },
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

/** The answer to a request that is refused: 401 with a challenge where the client is not known, or else 400. */
export function refusal({ code, message }: OAuthError): Answer {
  const body = { error: code, error_description: message };
  if (code !== 'invalid_client') return oauthAnswer(body, 400);
  return oauthAnswer(body, 401, { 'www-authenticate': 'Basic realm="fault-server", charset="UTF-8"' });
}
