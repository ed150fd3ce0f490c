import type { Clock } from '../../core/index.js';
import type { RequestFacts } from '../errors/index.js';
import type { TokenRequest } from './token-request.js';

/** What identifies the caller of one request: header fields by their names in lower case, and parameters of the URL. All of it is secret. */
export interface CredentialFields {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** How a caller leaves: an AbortSignal, or as much of one as is needed. */
export interface CallerSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The attempt that asks for credentials. */
export interface CredentialsRequest extends RequestFacts {
  /** Where it goes, in full. */
  readonly target: URL;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: CallerSignal;
}

/** What a client identifies itself by. Nothing secret shows when it is printed or serialized. */
export interface Credentials {
  /** The names, in lower case, of all header fields and parameters that it has ever given. */
  readonly secretNames: readonly string[];
  /** What identifies the caller, for one attempt; a promise only where something must be fetched, and never a throw. */
  fields(request: CredentialsRequest): CredentialFields | Promise<CredentialFields>;
  /** After a 401: what to send the request with once more; undefined where that is not worth it. Absent where nothing can change. */
  renew?(refused: CredentialFields, request: CredentialsRequest): Promise<CredentialFields | undefined>;
  /** Ends what is under way; nothing is fetched from then on. */
  close?(): void;
}

/** What credentials need of the client that they belong to. */
export interface CredentialsWorld {
  /** The client's name. */
  readonly client: string;
  readonly clock: Clock;
  /**
   * Sends a request for a token: without credentials of the client's own, and without following redirects. The signal ends the answer's body, too.
   */
  readonly send: (request: TokenRequest) => Promise<Response>;
}

/** Tells whether two sets of fields are the same. */
export function sameFields(one: CredentialFields, other: CredentialFields): boolean {
  return sameRecord(one.headers, other.headers) && sameRecord(one.query, other.query);
}

function sameRecord(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
