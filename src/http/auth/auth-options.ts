import type { OAuth2Options } from './oauth2-options.js';

/** How a client identifies itself: by a fixed token, key or password, by tokens that it fetches, or by what a function says. */
export type AuthOptions = BearerAuth | ApiKeyAuth | BasicAuth | OAuth2Auth | AuthFunction;

/** A token in `Authorization: Bearer …`. */
export interface BearerAuth {
  /** The token, or a function that is asked for it at each attempt, and once more after a 401. */
  readonly bearer: string | ((request: AuthRequest) => string | Promise<string>);
}

/** A key in a header field, or in a parameter of the URL. */
export interface ApiKeyAuth {
  readonly apiKey: string;
  /** The header field that carries it. @default 'X-API-Key' */
  readonly header?: string;
  /** The parameter that carries it, instead of a header field. */
  readonly query?: string;
}

/** A name and a password in `Authorization: Basic …`, as UTF-8 (RFC 7617). */
export interface BasicAuth {
  readonly basic: {
    /** Without a colon: that is where the password begins. */
    readonly username: string;
    readonly password: string;
  };
}

/** Access tokens of an OAuth 2 server. */
export interface OAuth2Auth {
  readonly oauth2: OAuth2Options;
}

/** Says which header fields identify the caller, for each attempt, and once more after a 401. */
export type AuthFunction = (
  request: AuthRequest,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** The attempt that a function is to give credentials for. */
export interface AuthRequest {
  /** The client's name. */
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** From 1. */
  readonly attempt: number;
  /** What was given for this attempt before was answered with 401: something newer is asked for. */
  readonly refused: boolean;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
}
