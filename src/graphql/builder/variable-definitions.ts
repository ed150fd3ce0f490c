import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DirectiveNode,
  GraphQLError,
  Kind,
  parseConstValue,
  parseType,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { directiveNodes } from './directive.js';
import { nameNode } from './name.js';
import { checkKeys, entriesOf, type Use } from './use.js';
import { valueNode } from './value.js';
import type { VariableParts } from './variable-types.js';

/** Keeps texts that are nested endlessly from exhausting the stack of the parser. */
const parsing = { noLocation: true, maxTokens: 1000 };

const typeRule = "must be a GraphQL type, such as 'String!' or '[ID!]!', with a default if need be: 'Int = 10'";

/** Reads the variables that an operation declares. */
export function variableDefinitions(given: unknown, use: Use): readonly VariableDefinitionNode[] {
  return entriesOf(given, 'variables', use).map(([name, declared]) => {
    const label = nameNode(name, 'a key of variables', use);
    const variable = { kind: Kind.VARIABLE, name: label } as const;
    const option = `variables.${name}`;
    const parts = typeof declared === 'string' ? written(declared, option, use) : inParts(declared, option, use);
    return { kind: Kind.VARIABLE_DEFINITION, variable, ...parts };
  });
}

type Definition = Pick<VariableDefinitionNode, 'type' | 'defaultValue' | 'directives'>;

/** A declaration as in a document: `Int = 10`. */
function written(given: string, option: string, use: Use): Definition {
  const [type = '', ...rest] = given.split('=');
  if (rest.length === 0) return { type: typeNode(type, option, use) };
  const defaultValue = parsed(() => parseConstValue(rest.join('='), parsing), given, option, use);
  return { type: typeNode(type, option, use), defaultValue };
}

function inParts(given: unknown, option: string, use: Use): Definition {
  checkKeys(given, ['type', 'default', 'directives'], option, use);
  const { type, directives = [], ...rest } = given as VariableParts;
  const nodes = directiveNodes(directives, `${option}.directives`, use);
  return {
    type: typeNode(type, `${option}.type`, use),
    ...('default' in rest && {
      defaultValue: constant(valueNode(rest.default, `${option}.default`, use), option, use),
    }),
    directives: nodes.map((node) => constantDirective(node, option, use)),
  };
}

/** A type has no comments, no commas and no escapes, though a parser would pass over some of them. */
function typeNode(given: unknown, option: string, use: Use): TypeNode {
  if (typeof given !== 'string' || !/^[\w[\]! ]+$/.test(given)) {
    throw new InvalidOptionsError({ ...use, option, rule: typeRule, value: given });
  }
  return parsed(() => parseType(given, parsing), given, option, use);
}

function parsed<Node>(parse: () => Node, given: string, option: string, use: Use): Node {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new InvalidOptionsError({ ...use, option, rule: typeRule, value: given });
  }
}

function constantDirective(
  { name, arguments: given = [] }: DirectiveNode,
  option: string,
  use: Use,
): ConstDirectiveNode {
  const args = given.map((argument) => ({ ...argument, value: constant(argument.value, option, use) }));
  return { kind: Kind.DIRECTIVE, name, arguments: args };
}

/** A variable's definition is read before any variable has a value. */
function constant(node: ValueNode, option: string, use: Use): ConstValueNode {
  if (isConstant(node)) return node;
  throw new InvalidOptionsError({ ...use, option, rule: 'must not refer to variables in its default or directives' });
}

function isConstant(node: ValueNode): node is ConstValueNode {
  if (node.kind === Kind.LIST) return node.values.every(isConstant);
  if (node.kind === Kind.OBJECT) return node.fields.every(({ value }) => isConstant(value));
  return node.kind !== Kind.VARIABLE;
}
