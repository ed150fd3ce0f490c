import type { DocumentNode } from 'graphql';
import type { Operation } from '../builder/index.js';
import type { TypedDocumentNode, TypedDocumentString } from '../typed-document-node.js';

/**
 * What a client can be asked: a text, a parsed document, one that knows its types (of the builder, or of a code generator), or an operation of the
 * builder itself.
 */
export type GraphQLDocument<Result = unknown, Variables = Record<string, unknown>> =
  | string
  | DocumentNode
  | TypedDocumentNode<Result, Variables>
  | TypedDocumentString<Result, Variables>
  | Operation<Result, Variables>;
