import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';

/** A document that has been read: its text, and what is in it. */
export class PreparedDocument {
  readonly text: string;
  readonly operations: readonly OperationDefinitionNode[];
  #hash: string | undefined;

  constructor(text: string, { definitions }: DocumentNode) {
    this.text = text;
    this.operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  }

  /** The SHA-256 of the text in hexadecimal digits, by which servers know persisted queries. */
  get hash(): string {
    this.#hash ??= createHash('sha256').update(this.text).digest('hex');
    return this.#hash;
  }
}
