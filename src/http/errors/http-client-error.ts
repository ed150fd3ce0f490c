/** What kind of failure it was, for those who choose by it. */
export type HttpErrorType =
  | 'network'
  | 'http'
  | 'timeout'
  | 'rateLimit'
  | 'circuitOpen'
  | 'validation'
  | 'cache'
  | 'auth'
  | 'graphql'
  | 'closed';

/** Which request an error is about. */
export interface RequestFacts {
  /** The name of the client. */
  readonly service: string;
  readonly method: string;
  /** The URL without credentials and secrets. */
  readonly url: string;
  /** What the request is for, from a finite set: its `endpoint` option, or its method and the path as written with placeholders. */
  readonly endpoint: string;
  /** The `X-Request-ID` of the request; undefined where none is sent. */
  readonly requestId: string | undefined;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** How many attempts the client may make, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds since the request was asked for. */
  readonly duration: number;
  /** What the clock on the wall shows, in epoch milliseconds. */
  readonly timestamp: number;
}

const brand = Symbol.for('holdfast.http.error');

/** A request did not succeed: the server said no, nothing came back, or nothing was sent. */
export abstract class HttpClientError extends Error implements RequestFacts {
  abstract readonly code: string;
  abstract readonly type: HttpErrorType;
  declare readonly service: string;
  declare readonly method: string;
  declare readonly url: string;
  declare readonly endpoint: string;
  declare readonly requestId: string | undefined;
  declare readonly attempt: number;
  declare readonly maxAttempts: number;
  declare readonly duration: number;
  declare readonly timestamp: number;

  /** `what` completes a sentence that begins with the method and the URL. */
  constructor(facts: RequestFacts, what: string, cause?: unknown) {
    super(`${facts.method} ${facts.url} ${what}`, cause === undefined ? undefined : { cause });
    noteFacts(this, facts);
  }

  static {
    Object.defineProperty(HttpClientError, Symbol.hasInstance, { value: isOfFamily });
    Object.defineProperty(HttpClientError.prototype, brand, { value: true });
  }
}

/** Errors of policies that carry the facts of a request belong to the family as well. */
function isOfFamily(this: typeof HttpClientError, value: unknown): boolean {
  if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
  return this === HttpClientError && typeof value === 'object' && value !== null && brand in value;
}

/** Writes down which request an error is about; makes an error of a policy one of the family. */
export function noteFacts(error: Error, facts: RequestFacts, type?: HttpErrorType): void {
  const { service, method, url, endpoint, requestId, attempt, maxAttempts, duration, timestamp } = facts;
  const noted = { service, method, url, endpoint, requestId, attempt, maxAttempts, duration, timestamp };
  Object.assign(error, noted, type && { type });
  if (!(brand in error)) Object.defineProperty(error, brand, { value: true });
}

/** Gives the instances of some classes of errors their names. */
export function nameErrors(...types: readonly { readonly name: string; readonly prototype: Error }[]): void {
  for (const { name, prototype } of types) {
    Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
  }
}
