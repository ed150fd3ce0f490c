import type { RequestOptions } from '../http/index.js';
import type { ChosenOperation, GivenVariables } from './documents/index.js';

/** The options of one operation that are those of its request. */
export type TransportOptions = Pick<
  RequestOptions,
  | 'headers'
  | 'timeout'
  | 'signal'
  | 'retry'
  | 'circuitBreaker'
  | 'cache'
  | 'idempotencyKey'
  | 'idempotent'
  | 'maxBytes'
  | 'middleware'
>;

/** The options of one operation. */
export interface GraphQLRequestOptions extends TransportOptions {
  /** Which operation of the document; needed where there are several. */
  readonly operationName?: string;
  /** false: it is sent by itself at once, also where the client sends queries together. @default true */
  readonly batch?: boolean;
}

/** One operation that is ready to be sent. */
export interface OperationRequest {
  readonly operation: ChosenOperation;
  readonly variables: GivenVariables;
  readonly transport: TransportOptions;
  /** It may share a request with others. */
  readonly sociable: boolean;
}
