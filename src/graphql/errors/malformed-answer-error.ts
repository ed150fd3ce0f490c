import { markPermanent, markTransient } from '../../core/index.js';
import { HttpClientError, type RequestFacts } from '../../http/index.js';

/** What came back is no answer to an operation: a page of somebody in between, or of a server that does not speak GraphQL, or not this part of it. */
export class MalformedAnswerError extends HttpClientError {
  readonly type = 'graphql';
  readonly code = 'GRAPHQL_MALFORMED_ANSWER';
  readonly status: number | undefined;

  /** `what` completes a sentence that begins with the method and the URL; `permanent`: it will be the same the next time. */
  constructor(
    facts: RequestFacts,
    { status, what, permanent = false, cause }: { status?: number; what: string; permanent?: boolean; cause?: unknown },
  ) {
    super(facts, `(${facts.endpoint}) ${what}`, cause);
    this.status = status;
    if (permanent) markPermanent(this);
    else markTransient(this);
  }

  static {
    const name = { value: 'MalformedAnswerError', configurable: true, writable: true };
    Object.defineProperty(MalformedAnswerError.prototype, 'name', name);
  }
}
