export {
  $,
  type Arguments,
  type Constant,
  type Directive,
  type DirectiveOptions,
  directive,
  type EnumValue,
  enumValue,
  type FieldOptions,
  type Fragment,
  type FragmentDefinition,
  fragment,
  include,
  mutation,
  type Operation,
  type OperationStart,
  query,
  type Select,
  type Selecting,
  type Selection,
  skip,
  subscription,
  type Value,
  type Variable,
  type VariableDeclaration,
  type VariableDeclarations,
  type VariableParts,
  type VariablesOf,
} from './builder/index.js';
export { createGraphQLClient } from './create-graphql-client.js';
export type { GraphQLDocument } from './documents/index.js';
export {
  type FailureTest,
  GraphQLError,
  type GraphQLErrorLocation,
  GraphQLRequestError,
  MalformedAnswerError,
  type SubscriptionEnd,
  SubscriptionError,
} from './errors/index.js';
export { GraphQLClient } from './graphql-client.js';
export type {
  BatchOptions,
  ConnectionParams,
  GraphQLClientOptions,
  OperationOptions,
  PersistedQueryOptions,
  SubscriptionCarrier,
  SubscriptionOptions,
  WebSocketOptions,
} from './graphql-client-options.js';
export type { ErrorPolicy, GivenWith, GraphQLRequest, SubscribeOptions } from './graphql-request.js';
export { GraphQLResult, type ResultResponse } from './graphql-result.js';
export type { GraphQLRequestOptions, TransportOptions } from './operation-request.js';
export type { GraphQLSubscription, Reconnection } from './subscriptions/index.js';
export type { DocumentTypes, TypedDocumentNode, TypedDocumentString } from './typed-document-node.js';
