import {
  type DocumentNode,
  type GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  type NamedTypeNode,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  OverlappingFieldsCanBeMergedRule,
  ProvidedRequiredArgumentsRule,
  specifiedScalarTypes,
  UniqueDirectivesPerLocationRule,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
  validate,
  visit,
} from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import type { Place } from './place.js';
import { rootFields } from './root-fields.js';
import { stepsTo } from './steps-to.js';

/** What can be judged without the schema of the server. */
const rules = [
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  OverlappingFieldsCanBeMergedRule,
  ProvidedRequiredArgumentsRule,
  UniqueDirectivesPerLocationRule,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
];

/** Refuses a document that no server would take, and says where it is wrong. */
export function checkDocument(document: DocumentNode, place: Place): void {
  const [error] = validate(schemaFor(document), document, rules);
  if (error) throw invalid(error.message, whereIs(error, document, place));

  const roots = rootFields(document, 'subscription');
  if (roots && roots.size !== 1) {
    throw invalid(`a subscription selects one field, not ${[...roots].join(', ')}`, String(place));
  }
}

/**
 * A schema that knows nothing but the types which fragments name, each as a type of its own: fields of two of them are
 * taken never to meet in one object. Where they do, because a type is an interface, only the server can tell.
 */
function schemaFor(document: DocumentNode): GraphQLSchema {
  const known = new GraphQLSchema({ types: specifiedScalarTypes, assumeValid: true });
  const names = new Set<string>();
  const note = ({ typeCondition }: { readonly typeCondition?: NamedTypeNode | undefined }): void => {
    if (typeCondition && !known.getType(typeCondition.name.value)) names.add(typeCondition.name.value);
  };
  visit(document, { InlineFragment: note, FragmentDefinition: note });

  const types = [...names].map((name) => new GraphQLObjectType({ name, fields: {} }));
  return new GraphQLSchema({ types: [...specifiedScalarTypes, ...types], assumeValid: true });
}

/** Of all that has a part in the error, what lies deepest says most. */
function whereIs({ nodes }: GraphQLError, document: DocumentNode, place: Place): string {
  const ways = (nodes ?? []).map((node) => stepsTo(node, document));
  const [deepest] = ways.sort((one, other) => other.length - one.length);
  return deepest ? deepest.join(' › ') : String(place);
}

function invalid(reason: string, site: string): InvalidOptionsError {
  return new InvalidOptionsError({ decorator: 'document', site, rule: `is not valid: ${reason}` });
}
