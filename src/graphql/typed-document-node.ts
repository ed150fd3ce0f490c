import type { DocumentNode } from 'graphql';

/** What a document says of its types; it is read by the compiler only, and nothing of it is there at run time. */
export interface DocumentTypes<Result, Variables> {
  readonly __apiType?: (variables: Variables) => Result;
}

/** A parsed document that knows the types of its result and its variables, as the builder and code generators make it. */
export interface TypedDocumentNode<Result = unknown, Variables = Record<string, unknown>>
  extends DocumentNode,
    DocumentTypes<Result, Variables> {}

/** The text of a document that knows the types of its result and its variables, as code generators make it on request. */
export interface TypedDocumentString<Result = unknown, Variables = Record<string, unknown>>
  extends DocumentTypes<Result, Variables> {
  toString(): string;
}
