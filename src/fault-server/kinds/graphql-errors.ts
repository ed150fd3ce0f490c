import { oneOf, optional, options, required, that } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { route } from '../faults/route.js';
import { mostInBatch } from '../graphql/batch.js';
import { graphqlType } from '../graphql/media-type.js';

/** One of the errors in an answer of GraphQL. */
export interface GraphQLFaultError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  /** Such as `{ code: 'RATE_LIMITED' }`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Answers 200 with GraphQL errors, as servers do when fields fail: nothing is done for the request. A batch gets as many such answers as it has operations. */
export interface GraphQLErrorsFault extends FaultTiming {
  readonly kind: 'graphqlErrors';
  /** @default one with the message 'failed on command' and the code INTERNAL_SERVER_ERROR */
  readonly errors?: readonly GraphQLFaultError[];
  /** What there is all the same. @default null */
  readonly data?: unknown;
  /** @default '/graphql' */
  readonly route?: string;
}

const mostErrors = 100;
const usual: readonly GraphQLFaultError[] = [
  { message: 'failed on command', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
];

/** Answers with errors in the form of GraphQL. */
export const graphqlErrorsFault = faultKind({
  kind: 'graphqlErrors',
  final: true,
  options: options<Partial<GraphQLErrorsFault>>()('fault', {
    ...faultTiming,
    kind: required(oneOf('graphqlErrors')),
    errors: optional(
      that<readonly GraphQLFaultError[]>(
        areErrors,
        `must be a list of 1 to ${mostErrors} errors: objects with a message, and path, locations or extensions in JSON`,
      ),
      usual,
    ),
    data: optional(that<unknown>(isJsonObject, 'must be an object that JSON can hold, or null'), null),
    route: optional(route(), '/graphql'),
  }),
  strike(exchange, { errors, data }) {
    const { body, headers } = exchange.request;
    const result = JSON.stringify({ errors, data });
    const text = Array.isArray(body)
      ? `[${body
          .slice(0, mostInBatch)
          .map(() => result)
          .join(',')}]`
      : result;
    return exchange.answer('failed', { headers: { 'content-type': graphqlType(headers.accept) }, body: text });
  },
});

function areErrors(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= mostErrors && value.every(isError);
}

const fields = ['message', 'path', 'locations', 'extensions'];

function isError(value: unknown): boolean {
  if (!isJsonObject(value) || value === null) return false;
  const { message, path = [], locations = [], extensions = {} } = value as Readonly<Record<string, unknown>>;
  const isWhole = typeof message === 'string' && Array.isArray(path) && Array.isArray(locations);
  return isWhole && isJsonObject(extensions) && Object.keys(value as object).every((name) => fields.includes(name));
}

function isJsonObject(value: unknown): boolean {
  if (value === null) return true;
  try {
    return typeof value === 'object' && !Array.isArray(value) && JSON.stringify(value) !== undefined;
  } catch {
    return false; // a cycle or a bigint: the rule says so
  }
}
