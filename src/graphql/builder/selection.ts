import { type DirectiveNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { type DirectiveOptions, directiveNodes } from './directive.js';
import { type FieldOptions, fieldParts } from './field-parts.js';
import { FragmentDefinition } from './fragment-definition.js';
import { namedTypeNode, nameNode } from './name.js';
import { maxDepth, type Place, tooDeep } from './place.js';
import { checkKeys, type Use } from './use.js';
import type { Arguments } from './value.js';

/** Selects of an object: returns the selection that it is given, with more in it. */
export type Select = (selection: Selection) => Selection;

/** What is selected so far, and the fragments that it spreads, at any depth. */
export interface Selected {
  readonly nodes: readonly SelectionNode[];
  readonly spreads: readonly FragmentDefinition[];
  /** How deep it goes, fragments included. */
  readonly height: number;
}

/** What a selection begins with. */
export const nothing: Selected = { nodes: [], spreads: [], height: 0 };

/** Whatever fields can be selected of. Nothing changes it: each call returns another, so that a half-built one can be shared. */
export abstract class Selecting<Self> {
  protected readonly place: Place;
  protected readonly selected: Selected;

  constructor(place: Place, selected: Selected) {
    this.place = place;
    this.selected = selected;
  }

  /** Selects a field: its name, then its arguments, its alias and directives, and what is selected of it. */
  field(name: string, select?: Select): Self;
  field(name: string, args: Arguments, select?: Select): Self;
  field(name: string, args: Arguments, options: FieldOptions, select?: Select): Self;
  field(name: string, ...given: readonly unknown[]): Self {
    const use = this.#use('field()');
    const label = nameNode(name, 'name', use);
    const parts = fieldParts(given, use);
    const node = { kind: Kind.FIELD, name: label, arguments: parts.args, directives: parts.directives } as const;
    const named = parts.alias ? { ...node, alias: parts.alias } : node;
    if (parts.select === undefined) return this.#adding([named], nothing, use);

    const inner = this.#inner((parts.alias ?? label).value, parts.select, use);
    return this.#adding([{ ...named, selectionSet: selectionSet(inner) }], inner, use);
  }

  /** Selects several fields that need nothing but their names. */
  fields(...names: readonly string[]): Self {
    const use = this.#use('fields()');
    const nodes = names.map((name) => ({ kind: Kind.FIELD, name: nameNode(name, 'name', use) }) as const);
    return this.#adding(nodes, nothing, use);
  }

  /** Selects what only objects of one type have: an inline fragment. */
  on(type: string, select: Select): Self;
  on(type: string, options: DirectiveOptions, select: Select): Self;
  on(type: string, ...given: readonly unknown[]): Self {
    const use = this.#use('on()');
    const typeCondition = namedTypeNode(type, 'type', use);
    const inner = this.#inner(`... on ${typeCondition.name.value}`, given.at(-1), use);
    const [options = {}] = given.slice(0, -1);
    const node = { kind: Kind.INLINE_FRAGMENT, typeCondition, directives: readDirectives(options, use) } as const;
    return this.#adding([{ ...node, selectionSet: selectionSet(inner) }], inner, use);
  }

  /** Puts directives on several fields at once: an inline fragment of the same type. */
  group(options: DirectiveOptions, select: Select): Self {
    const use = this.#use('group()');
    const inner = this.#inner('...', select, use);
    const node = { kind: Kind.INLINE_FRAGMENT, directives: readDirectives(options, use) } as const;
    return this.#adding([{ ...node, selectionSet: selectionSet(inner) }], inner, use);
  }

  /** Selects what a named fragment selects; the document gets its definition, and those of the fragments in it. */
  spread(fragment: { readonly definition: FragmentDefinition }, options: DirectiveOptions = {}): Self {
    const use = this.#use('spread()');
    const definition = checkFragment(fragment, use);
    const directives = readDirectives(options, use);
    const node = { kind: Kind.FRAGMENT_SPREAD, name: definition.node.name, directives } as const;
    return this.#adding([node], { spreads: [definition], height: definition.height }, use);
  }

  /** The same, with more selected. */
  protected abstract having(selected: Selected): Self;

  #adding(nodes: readonly SelectionNode[], within: Omit<Selected, 'nodes'>, use: Use): Self {
    const { selected } = this;
    if (within.height >= maxDepth) throw tooDeep(use);
    return this.having({
      nodes: [...selected.nodes, ...nodes],
      spreads: [...selected.spreads, ...within.spreads],
      height: Math.max(selected.height, within.height + 1),
    });
  }

  #inner(step: string, select: unknown, use: Use): Selected {
    const given = new Selection(this.place.within(step, use), nothing);
    const result: unknown = isFunction(select) ? select(given) : undefined;
    const site = String(given.place);
    if (!(result instanceof Selection && result.place === given.place)) {
      const rule = 'takes a function that returns the selection it is given, with more in it';
      throw new InvalidOptionsError({ ...use, site, rule, value: isFunction(select) ? result : select });
    }
    if (result.selected.nodes.length > 0) return result.selected;
    throw new InvalidOptionsError({ ...use, site, rule: 'must select something: the selection is empty' });
  }

  #use(decorator: string): Use {
    return { decorator, site: String(this.place) };
  }
}

/** What is selected of a field, or of what a fragment stands for. */
export class Selection extends Selecting<Selection> {
  protected override having(selected: Selected): Selection {
    return new Selection(this.place, selected);
  }
}

/** Writes what was selected. */
export function selectionSet({ nodes }: Selected): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: nodes };
}

function isFunction(given: unknown): given is (selection: Selection) => unknown {
  return typeof given === 'function';
}

function readDirectives(given: unknown, use: Use): readonly DirectiveNode[] {
  checkKeys(given, ['directives'], 'options', use);
  const { directives = [] } = given as DirectiveOptions;
  return directiveNodes(directives, 'directives', use);
}

function checkFragment(given: { readonly definition?: unknown } | null | undefined, use: Use): FragmentDefinition {
  const definition = given?.definition;
  if (definition instanceof FragmentDefinition) return definition;
  throw new InvalidOptionsError({ ...use, rule: 'takes a fragment, made by fragment()', value: given });
}
