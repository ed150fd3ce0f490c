import { isTransient } from '../core/index.js';
import type { HttpRequest, HttpResponse, Middleware, RequestFacts } from '../http/index.js';
import { type AnswerReader, noAnswer } from './answer-reader.js';
import { type GraphQLAnswer, GraphQLRequestError, MalformedAnswerError } from './errors/index.js';
import { GraphQLResult } from './graphql-result.js';
import type { OperationRequest } from './operation-request.js';
import { sentIn, type Variables } from './secrets.js';

/** Reads the answer to a batch: one for each operation, in their order. */
export class BatchAnswers {
  readonly #requests: readonly OperationRequest[];
  readonly #reader: AnswerReader;
  readonly #variables: Variables;
  #read: readonly (GraphQLResult<unknown> | Error)[] = [];
  #allFailed: GraphQLRequestError | undefined;

  constructor(requests: readonly OperationRequest[], reader: AnswerReader) {
    this.#requests = requests;
    this.#reader = reader;
    this.#variables = variablesOf(requests);
  }

  /** Lets an attempt fail if the whole batch did: a server that answers some of it is not asked all of it again. */
  readonly inAttempts: Middleware = async (request, next) => {
    this.#allFailed = undefined;
    const response = await next(request).catch((error: unknown) => {
      throw this.#reader.explainedInAttempt(error, sentIn(request, this.#variables));
    });
    this.#read = this.#answersIn(response, request);
    if (this.#read.every(isTransient)) throw this.#failed(request, response);
    return response;
  };

  /** What became of each operation, when all attempts are over. */
  all(error?: unknown): readonly (GraphQLResult<unknown> | Error)[] | undefined {
    if (error === undefined) return this.#read;
    if (this.#allFailed === undefined || !leadsTo(error, this.#allFailed)) return undefined;
    return this.#read.map((each) =>
      Object.defineProperty(each, 'cause', { value: error, configurable: true, writable: true }),
    );
  }

  /** The error for a status outside 2xx, as GraphQL where it is. */
  explained(error: unknown): unknown {
    return this.#reader.explained(error, this.#variables);
  }

  #answersIn(response: HttpResponse<unknown>, facts: HttpRequest): readonly (GraphQLResult<unknown> | Error)[] {
    const { data, status } = response;
    const { length } = this.#requests;
    if (Array.isArray(data) && data.length === length) {
      return this.#requests.map((request, index) => this.#one(request, { response, facts, body: data[index] }));
    }
    const answer = this.#reader.read(data, sentIn(facts, this.#variables));
    if (answer !== undefined && answer.errors.length > 0) throw this.#reader.errorFor(facts, answer, response);
    if (answer === undefined && !Array.isArray(data)) throw noAnswer(facts, response);
    const what = Array.isArray(data)
      ? `${data.length} answers to ${length} operations`
      : 'no list of answers: it does not seem to take several operations at once';
    throw new MalformedAnswerError(facts, { status, what: `was answered with ${status} and ${what}`, permanent: true });
  }

  #one(
    { operation, variables }: OperationRequest,
    { response, facts, body }: { response: HttpResponse<unknown>; facts: HttpRequest; body: unknown },
  ): GraphQLResult<unknown> | Error {
    const own = about(facts, operation.endpoint);
    const { status, headers, requestId } = response;
    const head = { status, headers, requestId, endpoint: operation.endpoint };
    const answer = this.#reader.read(body, sentIn(facts, variables));
    if (answer === undefined) return noAnswer(own, response);
    if (answer.errors.length > 0) return this.#reader.errorFor(own, answer, head);
    return new GraphQLResult({ ...answer, response: head });
  }

  /** What the policies are told when every operation failed by the server's fault. */
  #failed(facts: RequestFacts, response: HttpResponse<unknown>): Error {
    const errors = this.#read.flatMap((each) => (each instanceof GraphQLRequestError ? each.errors : []));
    if (errors.length === 0) return noAnswer(facts, response);
    const answer: GraphQLAnswer = { data: undefined, errors, extensions: {} };
    this.#allFailed = this.#reader.errorFor(facts, answer, response);
    return this.#allFailed;
  }
}

/** The same facts, about one operation. */
function about(facts: RequestFacts, endpoint: string): RequestFacts {
  const { service, method, url, requestId, attempt, maxAttempts, duration, timestamp } = facts;
  return { service, method, url, requestId, attempt, maxAttempts, duration, timestamp, endpoint };
}

/** The variables of all operations: an answer to the whole may be about any of them. */
function variablesOf(requests: readonly OperationRequest[]): Variables {
  return {
    get values() {
      return Object.fromEntries(requests.map(({ variables }, index) => [`${index}`, variables.values]));
    },
  };
}

function leadsTo(error: unknown, origin: unknown): boolean {
  return error === origin || (error instanceof Error && error.cause === origin);
}
