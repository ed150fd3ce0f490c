import { OperationTypeNode } from 'graphql';
import { nameNode } from './name.js';
import { Operation } from './operation.js';
import { nothing } from './selection.js';
import { variableDefinitions } from './variable-definitions.js';
import type { VariableDeclarations, VariablesOf } from './variable-types.js';

/** Begins an operation of one kind. */
export interface OperationStart {
  /** Takes the types of the variables from their declarations; the result's is said by `returns<Result>()`. */
  // The name is a type parameter only so that `query<Result>(…)` means the other form: no result is a text.
  <Name extends string, const Declared extends VariableDeclarations = Record<never, never>>(
    name: Name,
    variables?: Declared,
  ): Operation<unknown, VariablesOf<Declared>>;
  /** Takes the types of the result and the variables as they are given. */
  <Result, Variables = Record<string, unknown>>(
    name: string,
    variables?: VariableDeclarations,
  ): Operation<Result, Variables>;
}

/**
 * Begins a query, with the variables that it declares.
 *
 * ```ts
 * const getUser = query('GetUser', { login: 'String!', first: 'Int = 10' }).field('user', { login: $('login') }, (user) =>
 *   user.fields('id', 'name').field('repositories', { first: $('first') }, { as: 'repos' }, (repos) => repos.fields('name')),
 * );
 * getUser.document; // TypedDocumentNode<unknown, { login: string; first?: number | null }>
 * ```
 */
export const query: OperationStart = startOf(OperationTypeNode.QUERY);

/** Begins a mutation: `mutation('AddStar', { id: 'ID!' }).field('addStar', { id: $('id') }, (star) => star.fields('count'))`. */
export const mutation: OperationStart = startOf(OperationTypeNode.MUTATION);

/** Begins a subscription, which selects one field: `subscription('Stars').field('starAdded', (star) => star.fields('id'))`. */
export const subscription: OperationStart = startOf(OperationTypeNode.SUBSCRIPTION);

/** Of the operation's types nothing is known here; its callers say them. */
function startOf(operation: OperationTypeNode): OperationStart {
  return (name: string, variables: VariableDeclarations = {}): Operation<never, unknown> => {
    const label = nameNode(name, 'name', { decorator: `${operation}()` });
    const use = { decorator: `${operation}()`, site: `${operation} ${label.value}` };
    const definitions = variableDefinitions(variables, use);
    return new Operation({ operation, name: label, variableDefinitions: definitions, directives: [] }, nothing);
  };
}
