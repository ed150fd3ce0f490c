import type { GraphQLDocument } from './documents/index.js';
import type { GraphQLRequestOptions } from './operation-request.js';
import type { Reconnection } from './subscriptions/index.js';

/**
 * What becomes of an answer with errors. 'throw': it rejects, whatever data there are. 'partial': it resolves with the data and the errors, except that
 * a failure of the server without any data rejects: there is nothing to go on with then, and layers further out are to see it.
 */
export type ErrorPolicy = 'throw' | 'partial';

/** The options of one subscription. */
export interface SubscribeOptions
  extends Omit<GraphQLRequestOptions, 'batch' | 'retry' | 'cache' | 'idempotencyKey' | 'idempotent'> {
  /** Told when the server is heard again after the connection was lost: results may have been missed. */
  readonly onReconnect?: (reconnection: Reconnection) => void;
}

// The two below depend on the variables, so that they can be left out only where the document lets them.

/** What follows a document: its variables, unless it needs none, then options. */
export type GivenWith<Variables, Options> =
  Record<never, never> extends Variables
    ? [variables?: NoInfer<Variables>, options?: Options]
    : [variables: NoInfer<Variables>, options?: Options];

/** One operation to execute, with its options. */
export type GraphQLRequest<Result = unknown, Variables = Record<string, unknown>> = GraphQLRequestOptions & {
  readonly document: GraphQLDocument<Result, Variables>;
  /** @default 'partial' */
  readonly errorPolicy?: ErrorPolicy;
} & (Record<never, never> extends Variables
    ? { readonly variables?: NoInfer<Variables> }
    : { readonly variables: NoInfer<Variables> });
