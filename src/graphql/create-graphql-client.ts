import { GraphQLClient } from './graphql-client.js';
import type { GraphQLClientOptions } from './graphql-client-options.js';

/** The same as `new GraphQLClient(options)`, for those who like functions better. */
export function createGraphQLClient(options: GraphQLClientOptions): GraphQLClient {
  return new GraphQLClient(options);
}
