import { markPermanent, markTransient } from '../../core/index.js';
import { HttpClientError, type RequestFacts } from '../../http/index.js';
import type { GraphQLAnswer } from './graphql-answer.js';
import type { GraphQLError } from './graphql-error.js';

/** What was made of an answer with errors. */
export interface ErrorFacts {
  /** The status of the answer; undefined for one that did not come by HTTP. */
  readonly status?: number | undefined;
  /** Asking again may help. */
  readonly transient: boolean;
  /** Milliseconds that the server asks to wait for. */
  readonly retryAfter?: number | undefined;
  /** The error that says most: by its code the request failed. */
  readonly telling: GraphQLError;
}

/** The server answered an operation with errors. Partial data are in here as well; no log prints them by the way. */
export class GraphQLRequestError extends HttpClientError {
  readonly type = 'graphql';
  /** `GRAPHQL_` and the code of the error that says most, such as `GRAPHQL_NOT_FOUND`; `GRAPHQL_ERROR` where it has none. */
  readonly code: `GRAPHQL_${string}`;
  /** The HTTP status; undefined where the answer did not come by HTTP. */
  readonly status: number | undefined;
  /** Milliseconds that the server asks to wait for; undefined when it does not say so. */
  readonly retryAfter: number | undefined;
  /** All errors of the answer, without secrets that were among the variables. */
  declare readonly errors: readonly GraphQLError[];
  /** What there was of the result all the same; undefined or null for nothing. */
  declare readonly data: unknown;
  /** The extensions of the answer. */
  declare readonly extensions: Readonly<Record<string, unknown>>;

  constructor(facts: RequestFacts, answer: GraphQLAnswer, { status, transient, retryAfter, telling }: ErrorFacts) {
    super(facts, `(${facts.endpoint}) was answered with ${told(answer.errors, telling)}`);
    this.code = codeOf(telling);
    this.status = status;
    this.retryAfter = retryAfter;
    for (const name of ['errors', 'data', 'extensions'] as const) {
      Object.defineProperty(this, name, { value: answer[name], configurable: true, writable: true });
    }
    if (transient) markTransient(this);
    else markPermanent(this);
  }

  /** The first of the errors. */
  get firstError(): GraphQLError {
    return this.errors[0] as GraphQLError;
  }

  static {
    const name = { value: 'GraphQLRequestError', configurable: true, writable: true };
    Object.defineProperty(GraphQLRequestError.prototype, 'name', name);
  }
}

const longest = 300;

function told(errors: readonly GraphQLError[], telling: GraphQLError): string {
  const { message } = telling;
  const short = message.length > longest ? `${message.slice(0, longest)}…` : message;
  const details = [telling.code, telling.path && `at ${telling.path.join('.')}`].filter(Boolean).join(' ');
  const text = details === '' ? short : `${short} (${details})`;
  return errors.length === 1 ? `an error: ${text}` : `${errors.length} errors, among them: ${text}`;
}

function codeOf({ code = 'ERROR' }: GraphQLError): `GRAPHQL_${string}` {
  const name = code
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .slice(0, 60);
  return `GRAPHQL_${name.replace(/^GRAPHQL_/, '')}`;
}
