import type { DocumentNode, GraphQLError, GraphQLSchema, Source, ValidationRule } from 'graphql';
import type { Handler } from 'graphql-http';
import type { Clock } from '../../core/index.js';
import { costOf } from './cost.js';
import type { Library } from './library.js';
import { schemaText } from './schema.js';
import { type OperationContext, World } from './world.js';

/** What one operation came to, besides its answer. */
export interface Operation extends OperationContext {
  /** A field failed: the same request may end otherwise next time. */
  failed: boolean;
  /** Nothing was done, as where a variable is wrong. */
  refused: boolean;
}

/** Answers single operations, by the rules of GraphQL over HTTP. */
export type Handle = Handler<null, Operation>;

const mostTokens = 1000;
const highestCost = 250_000; // introspection, as tools ask for it, counts 190 000

/** Makes what answers operations on the schema; documents that would cost too much are refused before they are looked at closely. */
export function handlerOf({ graphql, http }: Library, clock: Clock): Handle {
  const world = new World(graphql, clock);
  const coded = (errors: readonly GraphQLError[], code: string) =>
    errors.map((error) => withCode(graphql, error, code));
  return http.createHandler<null, Operation, Record<PropertyKey, unknown>>({
    schema: graphql.buildSchema(schemaText),
    rootValue: world,
    context: ({ context: { waiting } }) => ({ waiting }) satisfies OperationContext,
    parse(source: string | Source): DocumentNode {
      try {
        return graphql.parse(source, { maxTokens: mostTokens });
      } catch (error) {
        throw error instanceof graphql.GraphQLError ? withCode(graphql, error, 'GRAPHQL_PARSE_FAILED') : error;
      }
    },
    validate(schema: GraphQLSchema, document: DocumentNode, rules?: readonly ValidationRule[]) {
      const cost = costOf(document, graphql.Kind);
      if (cost <= highestCost) return coded(graphql.validate(schema, document, rules), 'GRAPHQL_VALIDATION_FAILED');
      const message = `the document costs ${cost} fields, more than ${highestCost}`;
      return [new graphql.GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })];
    },
    execute: graphql.execute,
    getOperationAST: graphql.getOperationAST,
    onOperation({ context }, _, result) {
      context.failed = 'errors' in result;
      context.refused = !('data' in result);
    },
  });
}

function withCode({ GraphQLError }: Library['graphql'], error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, {
    ...{ nodes: nodes ?? null, source: source ?? null, positions: positions ?? null },
    extensions: { ...error.extensions, code },
  });
}
