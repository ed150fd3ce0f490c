import {
  type DirectiveNode,
  Kind,
  type NameNode,
  type OperationTypeNode,
  parse,
  print,
  type VariableDefinitionNode,
} from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import type { TypedDocumentNode } from '../typed-document-node.js';
import { type Directive, directiveNodes } from './directive.js';
import { checkDocument } from './document-rules.js';
import { fragmentNodes } from './fragment-nodes.js';
import { Place } from './place.js';
import { type Selected, Selecting, selectionSet } from './selection.js';

/** All of an operation but what it selects. */
interface OperationParts {
  readonly operation: OperationTypeNode;
  readonly name: NameNode;
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  readonly directives: readonly DirectiveNode[];
}

/** A query, mutation or subscription that is being built. Each call returns another one; this one stays as it is. */
export class Operation<Result = unknown, Variables = Record<string, unknown>> extends Selecting<
  Operation<Result, Variables>
> {
  readonly #parts: OperationParts;
  #document: TypedDocumentNode<Result, Variables> | undefined;

  constructor(parts: OperationParts, selected: Selected) {
    super(new Place(`${parts.operation} ${parts.name.value}`), selected);
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name.value;
  }

  /** Puts directives on the operation. */
  directives(...given: readonly Directive[]): Operation<Result, Variables> {
    const nodes = directiveNodes(given, 'directives', { decorator: 'directives()', site: String(this.place) });
    return new Operation({ ...this.#parts, directives: [...this.#parts.directives, ...nodes] }, this.selected);
  }

  /** Says what the operation results in; nothing checks it but the compiler. */
  returns<Given>(): Operation<Given, Variables> {
    return new Operation(this.#parts, this.selected);
  }

  /**
   * The operation and all fragments that it needs, as its printed text is parsed. Throws an InvalidOptionsError if it selects
   * nothing, uses a variable that is not declared or declares one that is not used, or if its fields conflict.
   */
  get document(): TypedDocumentNode<Result, Variables> {
    this.#document ??= this.#complete();
    return this.#document;
  }

  /** The text of the document; throws as `document` does. */
  override toString(): string {
    return print(this.document);
  }

  protected override having(selected: Selected): Operation<Result, Variables> {
    return new Operation(this.#parts, selected);
  }

  #complete(): TypedDocumentNode<Result, Variables> {
    const { place, selected } = this;
    if (selected.nodes.length === 0) throw emptyOperation(place);
    const operation = {
      kind: Kind.OPERATION_DEFINITION,
      ...this.#parts,
      selectionSet: selectionSet(selected),
    } as const;
    const definitions = [operation, ...fragmentNodes(selected.spreads, place)];
    const document = parse(print({ kind: Kind.DOCUMENT, definitions }), { noLocation: true });
    checkDocument(document, place);
    return document;
  }
}

function emptyOperation(place: Place): InvalidOptionsError {
  const rule = 'must select something: the selection is empty';
  return new InvalidOptionsError({ decorator: 'document', site: String(place), rule });
}
