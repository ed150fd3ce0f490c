import { isTransient } from '../core/index.js';
import type { AnswerReader } from './answer-reader.js';
import { GraphQLResult } from './graphql-result.js';
import { requestErrorBehind } from './request-error-behind.js';

/** What there is in an answer with errors: rethrows what is none, and a failure that has no data. */
export function partialResult(error: unknown, reader: AnswerReader): GraphQLResult<unknown> {
  const behind = requestErrorBehind(error);
  if (behind === undefined) throw error;
  const { data, errors, extensions } = behind;
  if (isTransient(behind) && isNothing(data)) throw error;
  return new GraphQLResult({ errors, extensions, data: data ?? undefined, response: reader.responseOf(behind) });
}

/** Of no field is there anything. */
function isNothing(data: unknown): boolean {
  return Object.values(Object(data)).every((field) => field === null);
}
