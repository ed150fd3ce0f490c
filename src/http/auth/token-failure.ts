/** Why there is no token: the server said no, could not be asked or could not answer, or what it answered is no token. */
export type TokenRefusal = 'refused' | 'unreachable' | 'malformed';

/** What is known of a failure, besides its reason. */
export interface TokenFailureFacts {
  /** Asking again cannot help. */
  readonly permanent: boolean;
  readonly status?: number;
  readonly oauthError?: string | undefined;
  readonly description?: string | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** One request for a token failed, for everyone who waited for it; each of them then gets a TokenError of its own. */
export class TokenFailure extends Error {
  readonly reason: TokenRefusal;
  readonly permanent: boolean;
  readonly status: number | undefined;
  readonly oauthError: string | undefined;
  readonly description: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(reason: TokenRefusal, what: string, facts: TokenFailureFacts) {
    super(what, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.reason = reason;
    this.permanent = facts.permanent;
    this.status = facts.status;
    this.oauthError = facts.oauthError;
    this.description = facts.description;
    this.retryAfter = facts.retryAfter;
  }
}
