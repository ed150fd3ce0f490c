import type { Waiting } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { problem } from '../problem.js';
import type { Handle, Operation } from './handler.js';

/** A request to `/graphql`. */
export interface GraphQLAsked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** Does one operation; what is no request for one is answered as GraphQL over HTTP says. */
export async function answerOne(handle: Handle, asked: GraphQLAsked, waiting: Waiting): Promise<Answer> {
  const { method, url, headers, body } = asked;
  const operation: Operation = { waiting, failed: false, refused: false };
  const given = typeof body === 'string' || (typeof body === 'object' && body !== null) ? body : null;
  const request = { method, url, headers, body: given as string | null, raw: null, context: operation };
  const [text, { status, statusText, headers: fields = {} }] = await handle(request);
  if (text === null) return withHeaders(problem(status, `/graphql: ${statusText}`), fields);
  const strict = fields['content-type']?.startsWith('application/graphql-response+json');
  return {
    status: operation.refused && strict ? 400 : status,
    headers: fields,
    body: text,
    fleeting: operation.failed,
  };
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
