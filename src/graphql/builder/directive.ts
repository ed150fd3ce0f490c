import { type DirectiveNode, Kind } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { nameNode } from './name.js';
import type { Use } from './use.js';
import { type Arguments, argumentNodes } from './value.js';
import { Variable } from './variable.js';

/** A directive that waits to be put on an operation, a variable, a field or a fragment. */
export class Directive {
  readonly #node: DirectiveNode;

  constructor(name: string, args: Arguments) {
    const label = nameNode(name, 'name', { decorator: 'directive()' });
    const use = { decorator: `directive('${label.value}')` };
    this.#node = { kind: Kind.DIRECTIVE, name: label, arguments: argumentNodes(args, 'args', use) };
  }

  get node(): DirectiveNode {
    return this.#node;
  }
}

/** What may be said of any selection, beside what it selects. */
export interface DirectiveOptions {
  /** Directives that are put on it, in this order. */
  readonly directives?: readonly Directive[];
}

/** Makes any directive, without its `@`: `directive('cacheControl', { maxAge: 60 })`. */
export function directive(name: string, args: Arguments = {}): Directive {
  return new Directive(name, args);
}

/** Selects only if the condition holds. */
export function include(condition: boolean | Variable): Directive {
  return new Directive('include', { if: checkCondition(condition, 'include()') });
}

/** Selects unless the condition holds. */
export function skip(condition: boolean | Variable): Directive {
  return new Directive('skip', { if: checkCondition(condition, 'skip()') });
}

/** Reads the directives of one place. */
export function directiveNodes(given: unknown, option: string, use: Use): readonly DirectiveNode[] {
  if (!Array.isArray(given)) {
    throw new InvalidOptionsError({ ...use, option, rule: 'must be a list of directives', value: given });
  }
  return Array.from(given, (item: unknown, index) => {
    if (item instanceof Directive) return item.node;
    const rule = 'must be made by include(), skip() or directive()';
    throw new InvalidOptionsError({ ...use, option: `${option}[${index}]`, rule, value: item });
  });
}

function checkCondition(given: boolean | Variable, decorator: string): boolean | Variable {
  if (typeof given === 'boolean' || given instanceof Variable) return given;
  throw new InvalidOptionsError({ decorator, rule: 'takes a boolean or a variable, $(…)', value: given });
}
