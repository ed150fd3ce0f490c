import type { GraphQLError } from './graphql-error.js';

/** Tells whether an error is a failure of the server, which asking again may help; undefined leaves that to its code. */
export type FailureTest = (error: GraphQLError) => boolean | undefined;

/** Codes of the server's own trouble, under the names that servers have for it. */
const transient: ReadonlySet<string> = new Set([
  ...['INTERNAL_SERVER_ERROR', 'INTERNAL_ERROR', 'SERVER_ERROR', 'INTERNAL'],
  ...['SERVICE_UNAVAILABLE', 'UNAVAILABLE', 'BAD_GATEWAY', 'DOWNSTREAM_SERVICE_ERROR', 'SUBREQUEST_HTTP_ERROR'],
  ...['TIMEOUT', 'REQUEST_TIMEOUT', 'GATEWAY_TIMEOUT', 'DEADLINE_EXCEEDED'],
  ...['RATE_LIMITED', 'RATE_LIMIT_EXCEEDED', 'TOO_MANY_REQUESTS', 'THROTTLED', 'RESOURCE_EXHAUSTED'],
]);

/** Codes that say that the request is at fault, whatever the status. */
const permanent: ReadonlySet<string> = new Set([
  ...[
    'BAD_USER_INPUT',
    'BAD_REQUEST',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ...['UNAUTHENTICATED', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'],
  ...['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'],
]);

/** Makes the test for one client: what it is told first, then what the codes say. */
export function failureTest(failOn: readonly string[] | FailureTest | undefined): (error: GraphQLError) => boolean {
  const own = typeof failOn === 'function' ? failOn : undefined;
  const codes = typeof failOn === 'object' ? new Set([...transient, ...failOn]) : transient;
  return (error) => own?.(error) ?? (error.code !== undefined && codes.has(error.code));
}

/** Tells whether the code of an error says more than a status of 5xx: that the request is at fault. */
export function isRequestsFault({ code }: GraphQLError): boolean {
  return code !== undefined && permanent.has(code);
}
