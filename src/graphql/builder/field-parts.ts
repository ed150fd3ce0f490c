import type { ArgumentNode, DirectiveNode, NameNode } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { type DirectiveOptions, directiveNodes } from './directive.js';
import { nameNode } from './name.js';
import { checkKeys, type Use } from './use.js';
import { argumentNodes } from './value.js';

/** What may be said of a field, beside its arguments and what is selected of it. */
export interface FieldOptions extends DirectiveOptions {
  /** The alias: the name that the field has in the result. */
  readonly as?: string;
}

/** A field's parts, told from each other by their order, so that an argument may have any name. */
export interface FieldParts {
  readonly args: readonly ArgumentNode[];
  readonly alias?: NameNode;
  readonly directives: readonly DirectiveNode[];
  /** The function that selects of the field; not yet looked at. */
  readonly select?: unknown;
}

/** Reads what follows the name of a field: arguments, then options, then a function; each may be left out from the right. */
export function fieldParts(given: readonly unknown[], use: Use): FieldParts {
  const at = given.findIndex((part) => typeof part === 'function');
  const [args = {}, options = {}, ...more] = at < 0 ? given : given.slice(0, at);
  const behind = at < 0 ? [] : given.slice(at + 1);
  if ([...more, ...behind].some((part) => part !== undefined)) throw wrongOrder(use);

  return { args: argumentNodes(args, 'args', use), ...optionParts(options, use), select: given[at] };
}

function optionParts(given: unknown, use: Use): Pick<FieldParts, 'alias' | 'directives'> {
  checkKeys(given, ['as', 'directives'], 'options', use);
  const { as, directives = [] } = given as FieldOptions;
  return {
    ...(as !== undefined && { alias: nameNode(as, 'as', use) }),
    directives: directiveNodes(directives, 'directives', use),
  };
}

function wrongOrder(use: Use): InvalidOptionsError {
  return new InvalidOptionsError({ ...use, rule: 'takes a name, arguments, options and a function, in this order' });
}
