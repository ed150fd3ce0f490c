import type { DocumentNode, FragmentDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import { longestPage } from './items.js';
import type { Library } from './library.js';

/** The longest that a list can be, by the name of its field: those of the schema, and those of introspection. */
export const listLengths: ReadonlyMap<string, number> = new Map([
  ['edges', longestPage],
  ['nodes', longestPage],
  ['types', 40],
  ['fields', 12],
  ['args', 8],
  ['directives', 8],
  ['enumValues', 20],
  ['inputFields', 8],
  ['interfaces', 8],
  ['possibleTypes', 8],
  ['locations', 20],
]);

/** How many fields a document can make a server resolve at most: fragments count wherever they are spread, and lists as long as they can be. */
export function costOf({ definitions }: DocumentNode, kinds: Library['graphql']['Kind']): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let cost = 0;
  for (const definition of definitions) {
    if (definition.kind === kinds.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const costs = new Costs(fragments, kinds);
  for (const definition of definitions) {
    if (definition.kind === kinds.OPERATION_DEFINITION) cost += costs.ofSet(definition.selectionSet);
  }
  return cost;
}

class Costs {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #kinds: Library['graphql']['Kind'];
  readonly #known = new Map<string, number>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, kinds: Library['graphql']['Kind']) {
    this.#fragments = fragments;
    this.#kinds = kinds;
  }

  ofSet(set: SelectionSetNode | undefined): number {
    return set ? set.selections.reduce((sum, selection) => sum + this.#ofSelection(selection), 0) : 0;
  }

  #ofSelection(selection: SelectionNode): number {
    if (selection.kind === this.#kinds.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value);
    if (selection.kind === this.#kinds.INLINE_FRAGMENT) return this.ofSet(selection.selectionSet);
    const { name, selectionSet } = selection;
    return 1 + (listLengths.get(name.value) ?? 1) * this.ofSet(selectionSet);
  }

  #ofFragment(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, 0); // one that spreads itself is refused by the rules of GraphQL
    const cost = this.ofSet(this.#fragments.get(name)?.selectionSet);
    this.#known.set(name, cost);
    return cost;
  }
}
