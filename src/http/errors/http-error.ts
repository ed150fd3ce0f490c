import { markPermanent, markTransient } from '../../core/index.js';
import type { HttpHeaders } from '../http-headers.js';
import { isPermanentStatus } from '../permanence.js';
import { HttpClientError, type HttpErrorType, nameErrors, type RequestFacts } from './http-client-error.js';
import type { ProblemDetails } from './problem.js';

/** What a server answered. */
export interface AnswerFacts {
  readonly status: number;
  readonly statusText: string;
  /** Its header fields without cookies and tokens. */
  readonly headers: HttpHeaders;
  readonly body: unknown;
  /** The beginning of the body as text, without secrets. */
  readonly excerpt: string | undefined;
  readonly problem: ProblemDetails | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
}

/** The server answered with a status outside 2xx. */
export class HttpError extends HttpClientError {
  readonly type: HttpErrorType = 'http';
  /** `HTTP_` and the status, such as `HTTP_503`. */
  readonly code: `HTTP_${number}`;
  readonly status: number;
  /** The header fields of the answer, without cookies and tokens. */
  readonly headers: HttpHeaders;
  /** The body of the answer, read as its type says. It may hold secrets: it is not enumerated, so that no log prints it by the way. */
  declare readonly body: unknown;
  /** The beginning of the body as text, without what is named like a secret; undefined for bodies that are no text. */
  readonly excerpt: string | undefined;
  /** What the body says by RFC 9457, where it is `application/problem+json`. */
  readonly problem: ProblemDetails | undefined;
  /** Milliseconds that the server asks to wait for; undefined when it does not say so, or not legibly. */
  readonly retryAfter: number | undefined;

  constructor(facts: RequestFacts, answer: AnswerFacts) {
    super(facts, `was answered with ${answer.status} ${answer.statusText}`.trimEnd() + explained(answer.problem));
    this.code = `HTTP_${answer.status}`;
    this.status = answer.status;
    this.headers = answer.headers;
    Object.defineProperty(this, 'body', { value: answer.body, configurable: true, writable: true });
    this.excerpt = answer.excerpt;
    this.problem = answer.problem;
    this.retryAfter = answer.retryAfter;
    if (answer.requestId !== undefined) Object.assign(this, { requestId: answer.requestId });
    if (isPermanentStatus(answer.status)) markPermanent(this);
    else markTransient(this);
  }

  /** The same as `status`. */
  get statusCode(): number {
    return this.status;
  }
}

/** The server says that the request is at fault: a status of 4xx. */
export class ClientError extends HttpError {}

/** The server says that there were too many requests: status 429. */
export class RateLimitError extends ClientError {
  override readonly type = 'rateLimit';
}

/** The server could not do it: a status of 5xx. */
export class ServerError extends HttpError {}

nameErrors(HttpError, ClientError, RateLimitError, ServerError);

/** The error for an answer: of the class that its status asks for. */
export function httpError(facts: RequestFacts, answer: AnswerFacts): HttpError {
  if (answer.status === 429) return new RateLimitError(facts, answer);
  if (answer.status >= 500) return new ServerError(facts, answer);
  return answer.status >= 400 ? new ClientError(facts, answer) : new HttpError(facts, answer);
}

function explained(problem: ProblemDetails | undefined): string {
  return problem?.title === undefined ? '' : `: ${oneLine(problem.title)}`;
}

const longestTitle = 200;

/** What a server wrote does not begin a line of its own in a log, nor fill it. */
function oneLine(title: string): string {
  const short = title.length > longestTitle ? `${title.slice(0, longestTitle)}…` : title;
  return short.replace(/\p{Cc}+/gu, ' ');
}
