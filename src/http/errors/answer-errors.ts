import type { StandardSchemaV1 } from '@standard-schema/spec';
import { markPermanent, markTransient } from '../../core/index.js';
import { isSecret, redacted } from '../redaction.js';
import { HttpClientError, nameErrors, type RequestFacts } from './http-client-error.js';

/** The answer says that it is JSON, and is not, or not in UTF-8. */
export class MalformedBodyError extends HttpClientError {
  readonly type = 'validation';
  readonly code = 'HTTP_MALFORMED_BODY';
  readonly status: number;
  /** The beginning of the body, which may hold secrets, as nobody can read it: it is not enumerated, so that no log prints it by the way. */
  declare readonly excerpt: string | undefined;

  constructor(facts: RequestFacts, status: number, cause: unknown, excerpt?: string) {
    super(facts, `was answered with ${status} and a body that is no JSON`, withoutContents(cause));
    this.status = status;
    Object.defineProperty(this, 'excerpt', { value: excerpt, configurable: true, writable: true });
    markTransient(this);
  }
}

/** The body of the answer is larger than `maxBytes`, as sent or once decompressed; the rest of it was not read. */
export class ResponseTooLargeError extends HttpClientError {
  readonly type = 'http';
  readonly code = 'HTTP_RESPONSE_TOO_LARGE';
  readonly maxBytes: number;

  constructor(facts: RequestFacts, maxBytes: number) {
    super(facts, `was answered with more than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
    markPermanent(this);
  }
}

/** The answer led from redirect to redirect, or to where the client does not follow. */
export class RedirectError extends HttpClientError {
  readonly type = 'http';
  readonly code = 'HTTP_REDIRECT';

  constructor(facts: RequestFacts, what: string, cause?: unknown) {
    super(facts, what, cause);
    markPermanent(this);
  }
}

/** The data of the answer are not what the schema says. */
export class ValidationError extends HttpClientError {
  readonly type = 'validation';
  readonly code = 'HTTP_VALIDATION';
  readonly status: number;
  /** The beginning of the data, without what is known to be secret. */
  readonly excerpt: string | undefined;
  /** What is wrong, and where, as the schema says it. It may hold the data: it is not enumerated, so that no log prints it by the way. */
  declare readonly issues: readonly StandardSchemaV1.Issue[];

  /** `hides` tells which names are those of secrets. */
  constructor(
    facts: RequestFacts,
    status: number,
    issues: readonly StandardSchemaV1.Issue[],
    {
      hides = isSecret,
      excerpt,
    }: { readonly hides?: (name: string) => boolean; readonly excerpt?: string | undefined } = {},
  ) {
    super(facts, `was answered with ${status} and data that the schema rejects: ${summary(issues, hides)}`);
    this.status = status;
    this.excerpt = excerpt;
    Object.defineProperty(this, 'issues', { value: issues, configurable: true, writable: true });
    markPermanent(this);
  }
}

/** The client has been closed: it sends nothing any more. */
export class ClientClosedError extends HttpClientError {
  readonly type = 'closed';
  readonly code = 'HTTP_CLIENT_CLOSED';

  constructor(facts: RequestFacts) {
    super(facts, `was not completed: the client ${facts.service} is closed`);
    markPermanent(this);
  }
}

nameErrors(MalformedBodyError, ResponseTooLargeError, RedirectError, ValidationError, ClientClosedError);

/** An error of JSON.parse quotes what it could not read. */
function withoutContents(cause: unknown): unknown {
  if (!(cause instanceof SyntaxError)) return cause;
  const plain = new SyntaxError(cause.message.replace(/(?:, )?(?:\.\.\.)?".*is not valid JSON$/s, ''));
  plain.stack = `${plain.name}: ${plain.message}`; // of no use: it lies within JSON.parse
  return plain;
}

/** As many issues as one can read. */
function summary(issues: readonly StandardSchemaV1.Issue[], hides: (name: string) => boolean): string {
  const told = issues.slice(0, mostIssues).map((issue) => tell(issue, hides));
  const rest = issues.length - told.length;
  return told.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

const mostIssues = 10;
const longestIssue = 200;

function tell({ message, path = [] }: StandardSchemaV1.Issue, hides: (name: string) => boolean): string {
  const names = path.map((part) => String(typeof part === 'object' ? part.key : part));
  const what = names.some(hides) ? redacted : message;
  const short = what.length > longestIssue ? `${what.slice(0, longestIssue)}…` : what;
  return names.length === 0 ? short : `${names.join('.')}: ${short}`;
}
