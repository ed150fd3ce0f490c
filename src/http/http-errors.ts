import { markPermanent, markTransient } from '../core/index.js';
import type { HttpHeaders } from './http-headers.js';
import { isPermanentCode, isPermanentStatus } from './permanence.js';

/** Which request an error is about. */
export interface RequestFacts {
  /** The name of the client. */
  readonly service: string;
  readonly method: string;
  /** The URL without credentials and secrets. */
  readonly url: string;
}

/** A request did not succeed: the server said no, or nothing came back. */
export abstract class HttpClientError extends Error implements RequestFacts {
  abstract readonly code: string;
  readonly service: string;
  readonly method: string;
  readonly url: string;

  constructor(facts: RequestFacts, what: string, cause?: unknown) {
    super(`${facts.method} ${facts.url} ${what}`, cause === undefined ? undefined : { cause });
    this.service = facts.service;
    this.method = facts.method;
    this.url = facts.url;
  }
}

/** What a server answered. */
export interface AnswerFacts {
  readonly status: number;
  readonly statusText: string;
  /** Its header fields without cookies and tokens. */
  readonly headers: HttpHeaders;
  readonly body: unknown;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
}

/** The server answered with a status outside 2xx. */
export class HttpError extends HttpClientError {
  /** `HTTP_` and the status, such as `HTTP_503`. */
  readonly code: `HTTP_${number}`;
  readonly status: number;
  /** The header fields of the answer, without cookies and tokens. */
  readonly headers: HttpHeaders;
  /** The body of the answer, read as its type says. */
  readonly body: unknown;
  /** The `X-Request-ID` of the answer, or else of the request. */
  readonly requestId: string | undefined;
  /** Milliseconds that the server asks to wait for; undefined when it does not say so, or not legibly. */
  readonly retryAfter: number | undefined;

  constructor(facts: RequestFacts, answer: AnswerFacts) {
    super(facts, `was answered with ${answer.status} ${answer.statusText}`.trimEnd());
    this.code = `HTTP_${answer.status}`;
    this.status = answer.status;
    this.headers = answer.headers;
    this.body = answer.body;
    this.requestId = answer.requestId;
    this.retryAfter = answer.retryAfter;
    if (isPermanentStatus(answer.status)) markPermanent(this);
    else markTransient(this);
  }

  /** The same as `status`. */
  get statusCode(): number {
    return this.status;
  }
}

/** No answer arrived, or not all of it: the connection failed, or there never was one. */
export class NetworkError extends HttpClientError {
  /** The code of the system, such as `ECONNRESET` or `ENOTFOUND`. */
  readonly code: string;

  constructor(facts: RequestFacts, code: string, reason: string, cause?: unknown) {
    super(facts, `failed: ${reason}`, cause);
    this.code = code;
    if (isPermanentCode(code)) markPermanent(this);
    else markTransient(this);
  }
}

/** The time that the client allows for a request ran out before the whole answer was there. */
export class HttpTimeoutError extends HttpClientError {
  readonly code = 'HTTP_TIMEOUT';
  /** The milliseconds that were allowed; 0 when the call around it had none left, and nothing was sent. */
  readonly timeout: number;

  constructor(facts: RequestFacts, timeout: number) {
    super(facts, timeout > 0 ? `took longer than ${timeout} ms` : 'was not sent: no time was left for it');
    this.timeout = timeout;
    markTransient(this);
  }
}

/** The answer says that it is JSON, and is not. */
export class MalformedBodyError extends HttpClientError {
  readonly code = 'HTTP_MALFORMED_BODY';
  readonly status: number;

  constructor(facts: RequestFacts, status: number, cause: unknown) {
    super(facts, `was answered with ${status} and a body that is no JSON`, cause);
    this.status = status;
    markTransient(this);
  }
}

/** The client has been closed: it sends nothing any more. */
export class ClientClosedError extends HttpClientError {
  readonly code = 'HTTP_CLIENT_CLOSED';

  constructor(facts: RequestFacts) {
    super(facts, `was not completed: the client ${facts.service} is closed`);
    markPermanent(this);
  }
}

for (const type of [HttpError, NetworkError, HttpTimeoutError, MalformedBodyError, ClientClosedError]) {
  Object.defineProperty(type.prototype, 'name', { value: type.name, configurable: true, writable: true });
}
