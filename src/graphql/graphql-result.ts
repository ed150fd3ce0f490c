import type { HttpHeaders } from '../http/index.js';
import type { GraphQLError } from './errors/index.js';

/** The answer that a result came in. */
export interface ResultResponse {
  readonly status: number;
  /** The header fields by their names in lower case. */
  readonly headers: HttpHeaders;
  /** The operation, as in metrics. */
  readonly endpoint: string;
  /** The `X-Request-ID` of the answer, or else of the request. */
  readonly requestId: string | undefined;
}

/** What a result is made of. */
export interface ResultParts<T> {
  readonly data: T;
  readonly errors: readonly GraphQLError[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly response: ResultResponse | undefined;
}

/** What an operation resulted in. */
export class GraphQLResult<T> implements ResultParts<T> {
  readonly data: T;
  /** Empty where all went well. */
  readonly errors: readonly GraphQLError[];
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Undefined for what did not come in an answer of its own: the results of subscriptions. */
  readonly response: ResultResponse | undefined;

  constructor({ data, errors, extensions, response }: ResultParts<T>) {
    this.data = data;
    this.errors = errors;
    this.extensions = extensions;
    this.response = response;
  }

  get hasErrors(): boolean {
    return this.errors.length > 0;
  }

  get firstError(): GraphQLError | undefined {
    return this.errors[0];
  }
}
