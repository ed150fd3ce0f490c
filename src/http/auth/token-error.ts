import { markPermanent, markTransient } from '../../core/index.js';
import { HttpClientError, nameErrors, type RequestFacts } from '../errors/index.js';
import type { TokenFailure, TokenRefusal } from './token-failure.js';

/** A request could not be sent, since no access token was to be had for it. */
export class TokenError extends HttpClientError {
  readonly type = 'auth';
  readonly code = 'HTTP_TOKEN';
  /** Nothing of the request was done: it never left, or was answered with 401. */
  readonly sent = false;
  /** The server said no, could not be asked or could not answer, or what it answered is no token. */
  readonly reason: TokenRefusal;
  /** Where the token was asked for, without secrets. */
  readonly tokenUrl: string;
  /** The status that the server answered with; undefined where it did not answer. */
  readonly status: number | undefined;
  /** What the server calls it, such as `invalid_client` (RFC 6749, section 5.2). */
  readonly oauthError: string | undefined;
  /**
   * How the server explains it, without the secrets that this client knows. Servers quote what they were sent: it is not enumerated, so that no
   * log prints it by the way.
   */
  declare readonly description: string | undefined;
  /** Milliseconds until the server is asked again; undefined where that cannot help. */
  readonly retryAfter: number | undefined;

  constructor(facts: RequestFacts, failure: TokenFailure, tokenUrl: string, comeBackIn: number) {
    super(facts, `got no access token: ${tokenUrl} ${failure.message}`, failure.cause);
    this.reason = failure.reason;
    this.tokenUrl = tokenUrl;
    this.status = failure.status;
    this.oauthError = failure.oauthError;
    this.retryAfter = failure.permanent ? undefined : comeBackIn;
    Object.defineProperty(this, 'description', { value: failure.description, configurable: true, writable: true });
    if (failure.permanent) markPermanent(this);
    else markTransient(this);
  }
}

nameErrors(TokenError);
