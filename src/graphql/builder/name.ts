import { Kind, type NamedTypeNode, type NameNode } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import type { Use } from './use.js';

/** What holds for every name in a document. */
const nameRule = 'must be a GraphQL name (letters, digits and _, no digit first)';

const name = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** Makes a name of a document, or refuses what could be anything else than one name. */
export function nameNode(given: unknown, option: string, use: Use): NameNode {
  if (typeof given === 'string' && name.test(given)) return { kind: Kind.NAME, value: given };
  throw new InvalidOptionsError({ ...use, option, rule: nameRule, value: given });
}

/** Makes the name of a type: of a fragment's condition, not of a variable, whose type may be a list. */
export function namedTypeNode(given: unknown, option: string, use: Use): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: nameNode(given, option, use) };
}
