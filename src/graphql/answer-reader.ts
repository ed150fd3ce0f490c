import { headerField, isPermanent, retryAfterOf } from '../core/index.js';
import { HttpError, type HttpHeaders, type HttpResponse, type Middleware, type RequestFacts } from '../http/index.js';
import {
  type GraphQLAnswer,
  type GraphQLError,
  GraphQLRequestError,
  isRequestsFault,
  MalformedAnswerError,
  readGraphQLAnswer,
  retryAfterIn,
} from './errors/index.js';
import type { ResultResponse } from './graphql-result.js';
import { type Secrets, sentIn, type Variables } from './secrets.js';

/** What an answer came in, apart from its body. */
export type AnswerHead = Partial<Pick<ResultResponse, 'status' | 'headers' | 'requestId'>> & {
  /** The error by its status, for one outside 2xx. */
  readonly fault?: HttpError;
};

/** Reads answers as GraphQL: what is an error, which errors are failures, what is no answer at all. */
export class AnswerReader {
  readonly #isFailure: (error: GraphQLError) => boolean;
  readonly #secrets: Secrets;
  readonly #heads = new WeakMap<GraphQLRequestError, AnswerHead>();

  constructor(isFailure: (error: GraphQLError) => boolean, secrets: Secrets) {
    this.#isFailure = isFailure;
    this.#secrets = secrets;
  }

  /** Lets an attempt fail by the errors in its answer, so that all policies see them. */
  inAttempts(variables: Variables): Middleware {
    return async (request, next) => {
      const sent = sentIn(request, variables);
      const response = await next(request).catch((error: unknown) => {
        throw this.explainedInAttempt(error, sent);
      });
      this.answerIn(response, request, sent);
      return response;
    };
  }

  /** Reads a body; undefined for what is no answer. */
  read(body: unknown, variables: Variables): GraphQLAnswer | undefined {
    return readGraphQLAnswer(body, this.#secrets.cleaner(variables));
  }

  /** The answer in a response without errors; throws for any other. */
  answerIn(response: HttpResponse<unknown>, facts: RequestFacts, variables: Variables): GraphQLAnswer {
    const answer = this.read(response.data, variables);
    if (answer === undefined) throw noAnswer(facts, response);
    if (answer.errors.length > 0) throw this.errorFor(facts, answer, response);
    return answer;
  }

  /** What `explained` gives, within an attempt, where a 401 is left as it is: it has credentials renewed first. */
  explainedInAttempt(error: unknown, variables: Variables): unknown {
    return error instanceof HttpError && error.status === 401 ? error : this.explained(error, variables);
  }

  /** The error for a status outside 2xx as GraphQL, where the body is that; any other as it is. */
  explained(error: unknown, variables: Variables): unknown {
    if (!(error instanceof HttpError)) return error;
    const { status, headers, requestId } = error;
    const answer = this.read(error.body, variables);
    if (answer === undefined || answer.errors.length === 0) return error;
    return this.errorFor(error, answer, { status, headers, requestId, fault: error });
  }

  /** The error for an answer with errors. */
  errorFor(facts: RequestFacts, answer: GraphQLAnswer, head: AnswerHead = {}): GraphQLRequestError {
    const { status, headers, fault } = head;
    const { errors } = answer;
    const failure = errors.find(this.#isFailure);
    const byStatus = fault !== undefined && !isPermanent(fault) && !errors.every(isRequestsFault);
    const error = new GraphQLRequestError(facts, answer, {
      status,
      transient: failure !== undefined || byStatus,
      retryAfter: retryAfterIn(errors, facts.timestamp) ?? askedIn(headers, facts),
      telling: failure ?? (errors[0] as GraphQLError),
    });
    this.#heads.set(error, head);
    return error;
  }

  /** What the answer behind an error came in. */
  responseOf(error: GraphQLRequestError): ResultResponse | undefined {
    const { status, headers = {}, requestId } = this.#heads.get(error) ?? {};
    return status === undefined ? undefined : { status, headers, requestId, endpoint: error.endpoint };
  }
}

/** The error for an answer that is none. */
export function noAnswer(facts: RequestFacts, { status, headers }: Pick<ResultResponse, 'status' | 'headers'>) {
  const type = headerField(headers, 'content-type') ?? 'nothing that says its type';
  return new MalformedAnswerError(facts, { status, what: `was answered with ${status} and no GraphQL, but ${type}` });
}

function askedIn(headers: HttpHeaders | undefined, { timestamp }: RequestFacts): number | undefined {
  return retryAfterOf({ headers }, timestamp);
}
