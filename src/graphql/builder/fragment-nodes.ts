import { type FragmentDefinitionNode, print } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import type { FragmentDefinition } from './fragment-definition.js';
import type { Place } from './place.js';

/** Collects the fragments that are spread, and those spread in them, each once and in the order of their first use. */
export function fragmentNodes(spreads: readonly FragmentDefinition[], place: Place): readonly FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const seen = new Set(spreads);
  for (const { node, spreads: inner } of seen) {
    const known = found.get(node.name.value);
    if (known && !isSame(known, node)) throw twoOfOneName(node.name.value, place);
    if (!known) found.set(node.name.value, node);
    for (const definition of inner) seen.add(definition);
  }
  return [...found.values()];
}

/** Fragments that were built twice from the same calls are one. */
function isSame(one: FragmentDefinitionNode, other: FragmentDefinitionNode): boolean {
  return one === other || print(one) === print(other);
}

function twoOfOneName(name: string, place: Place): InvalidOptionsError {
  const rule = `spreads two different fragments of the name ${name}; give each a name of its own`;
  return new InvalidOptionsError({ decorator: 'document', site: String(place), rule });
}
