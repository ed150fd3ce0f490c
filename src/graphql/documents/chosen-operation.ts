import { Kind, type OperationDefinitionNode } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import type { PreparedDocument } from './prepared-document.js';

/** What an operation does. */
export type OperationType = `${OperationDefinitionNode['operation']}`;

/** The one operation of a document that is to run. */
export interface ChosenOperation {
  readonly document: PreparedDocument;
  readonly type: OperationType;
  /** Undefined for an anonymous one. */
  readonly name: string | undefined;
  /** What it is called in metrics and errors: `query GetUser`. */
  readonly endpoint: string;
  /** The variables without which no server takes it. */
  readonly required: readonly string[];
}

/** Chooses the operation by its name, or the only one there is; `type` is what the caller takes it for. */
export function chooseOperation(
  document: PreparedDocument,
  operationName: unknown,
  type?: OperationType,
): ChosenOperation {
  const node = operationName === undefined ? onlyOne(document) : named(document, operationName);
  if (type !== undefined && node.operation !== type) throw otherType(node, type);
  const name = node.name?.value;
  const required = (node.variableDefinitions ?? [])
    .filter((variable) => variable.type.kind === Kind.NON_NULL_TYPE && variable.defaultValue === undefined)
    .map((variable) => variable.variable.name.value);
  const endpoint = name === undefined ? node.operation : `${node.operation} ${name}`.slice(0, 200);
  return { document, type: node.operation, name, endpoint, required };
}

function onlyOne({ operations }: PreparedDocument): OperationDefinitionNode {
  const [first, second] = operations;
  if (first === undefined) throw wrong('document', 'must have an operation, and has only fragments');
  if (second === undefined) return first;
  throw wrong('operationName', `must be given, since the document has several operations: ${namesOf(operations)}`);
}

function named({ operations }: PreparedDocument, name: unknown): OperationDefinitionNode {
  const found = operations.find((operation) => operation.name?.value === name);
  if (found !== undefined) return found;
  const rule = `must be the name of an operation of the document, which has ${namesOf(operations)}`;
  throw new InvalidOptionsError({ decorator: 'GraphQLClient', option: 'operationName', rule, value: name });
}

function otherType({ operation, name }: OperationDefinitionNode, type: OperationType): InvalidOptionsError {
  const method = { query: 'query()', mutation: 'mutate()', subscription: 'subscribe()' };
  const what = name === undefined ? `a ${operation}` : `the ${operation} ${name.value}`;
  return wrong('document', `must be a ${type}; ${what} is for ${method[operation]}`);
}

function namesOf(operations: readonly OperationDefinitionNode[]): string {
  return operations.map(({ operation, name }) => name?.value ?? `an anonymous ${operation}`).join(', ') || 'none';
}

function wrong(option: string, rule: string): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'GraphQLClient', option, rule });
}
