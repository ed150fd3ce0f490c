import { type DocumentNode, Kind, type SelectionNode } from 'graphql';

/** The names that the fields at the root of an operation of this kind have in its result; undefined where there is none. */
export function rootFields({ definitions }: DocumentNode, operation: string): ReadonlySet<string> | undefined {
  const root = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === operation);
  if (root?.kind !== Kind.OPERATION_DEFINITION) return undefined;

  const fragments = new Map<string, readonly SelectionNode[]>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet.selections);
  }
  return namesOf(root.selectionSet.selections, fragments);
}

/** A fragment that is spread twice is looked into once. */
function namesOf(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, readonly SelectionNode[]>,
): ReadonlySet<string> {
  const names = new Set<string>();
  const lists = new Set([selections]);
  for (const list of lists) {
    for (const node of list) {
      if (node.kind === Kind.FIELD) names.add((node.alias ?? node.name).value);
      else if (node.kind === Kind.INLINE_FRAGMENT) lists.add(node.selectionSet.selections);
      else lists.add(fragments.get(node.name.value) ?? []);
    }
  }
  return names;
}
