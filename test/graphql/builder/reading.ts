import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { type Args, Member, Ref, type Tags, type Wanted, type WantedQuery } from './any-operation.js';

/** What a document asks for, in the data that it was built from; only the fragments that it defines. */
export function wantedBy({ definitions }: DocumentNode): WantedQuery {
  const [operation, ...rest] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const fragments = rest.map((node) => {
    if (node.kind !== Kind.FRAGMENT_DEFINITION) throw new Error('only fragments follow it');
    const said = { type: node.typeCondition.name.value, tags: tagsOf(node.directives) };
    return { at: Number(node.name.value.slice(1)), ...said, select: selectionsOf(node.selectionSet) };
  });
  return {
    name: operation.name!.value,
    tags: tagsOf(operation.directives),
    select: selectionsOf(operation.selectionSet),
    fragments: fragments.sort((one, other) => one.at - other.at),
  };
}

/** Numbers as they come back: a small bigint is a number, and zero has no sign. */
export function readable(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, readable(each)]));
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value === 0 ? 0 : value;
}

function selectionsOf(node: SelectionSetNode | undefined): readonly Wanted[] {
  return (node?.selections ?? []).map(wantedOf);
}

function wantedOf(node: SelectionNode): Wanted {
  const tags = tagsOf(node.directives);
  if (node.kind === Kind.FRAGMENT_SPREAD) return { spread: Number(node.name.value.slice(1)), tags };
  const of = selectionsOf(node.selectionSet);
  if (node.kind === Kind.INLINE_FRAGMENT) return { on: node.typeCondition?.name.value ?? null, tags, of };
  return { field: node.name.value, as: node.alias!.value, args: argsOf(node.arguments), tags, of };
}

function tagsOf(nodes: readonly DirectiveNode[] = []): Tags {
  return nodes.map((node) => [node.name.value, argsOf(node.arguments)]);
}

function argsOf(nodes: readonly ArgumentNode[] = []): Args {
  return nodes.map((node) => [node.name.value, toData(node.value)]);
}

function toData(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return new Ref(node.name.value);
    case Kind.ENUM:
      return new Member(node.value);
    case Kind.NULL:
      return null;
    case Kind.INT:
      return readable(BigInt(node.value));
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map(toData);
    case Kind.OBJECT:
      return new Map(node.fields.map((field) => [field.name.value, toData(field.value)]));
    default:
      return node.value;
  }
}
