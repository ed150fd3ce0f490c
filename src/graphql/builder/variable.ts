import { Kind, type VariableNode } from 'graphql';
import { nameNode } from './name.js';

/** Stands for the value of a variable, which travels beside the document. */
export class Variable {
  readonly name: string;
  readonly #node: VariableNode;

  constructor(name: string) {
    const node = nameNode(name, 'name', { decorator: '$()' });
    this.name = node.value;
    this.#node = { kind: Kind.VARIABLE, name: node };
  }

  get node(): VariableNode {
    return this.#node;
  }
}

/**
 * Refers to a variable that the operation declares.
 *
 * ```ts
 * query('GetUser', { login: 'String!' }).field('user', { login: $('login') }, (user) => user.fields('name'));
 * ```
 */
export function $(name: string): Variable {
  return new Variable(name);
}
