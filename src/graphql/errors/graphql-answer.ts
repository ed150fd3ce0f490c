import { GraphQLError } from './graphql-error.js';

/** What a server answered to one operation. */
export interface GraphQLAnswer {
  /** Undefined or null where there are none. */
  readonly data: unknown;
  readonly errors: readonly GraphQLError[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Reads a body as the answer to an operation; undefined for what is none: it has data, or errors. Their messages are cleaned. */
export function readGraphQLAnswer(body: unknown, clean?: (text: string) => string): GraphQLAnswer | undefined {
  if (!isRecord(body)) return undefined;
  const { data, errors = [], extensions } = body;
  if (!(Array.isArray(errors) || errors === null)) return undefined;
  const told = (errors ?? []).map((error) => new GraphQLError(asObject(error), clean));
  if (told.length === 0 && !isRecord(data)) return undefined;
  return { data, errors: told, extensions: isRecord(extensions) ? extensions : {} };
}

/** Some servers tell an error by its message alone. */
function asObject(error: unknown): unknown {
  return typeof error === 'string' ? { message: error } : error;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
