import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from 'graphql';

/** The way to a node from its definition, in words that the one who built it knows. */
export function stepsTo(node: ASTNode, document: DocumentNode): readonly string[] {
  let steps: readonly string[] = [];
  visit(document, {
    enter: (each, _key, _parent, _path, ancestors) => {
      if (each !== node) return undefined;
      steps = [...ancestors, each].flatMap(stepOf);
      return BREAK;
    },
  });
  return steps;
}

function stepOf(node: ASTNode | readonly ASTNode[]): readonly string[] {
  if (!('kind' in node)) return [];
  if (node.kind === Kind.FIELD) return [(node.alias ?? node.name).value];
  if (node.kind === Kind.FRAGMENT_DEFINITION) return [`fragment ${node.name.value}`];
  if (node.kind === Kind.OPERATION_DEFINITION) return [[node.operation, node.name?.value].join(' ')];
  if (node.kind !== Kind.INLINE_FRAGMENT) return [];
  return [node.typeCondition ? `... on ${node.typeCondition.name.value}` : '...'];
}
