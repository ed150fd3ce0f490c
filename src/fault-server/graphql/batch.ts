import type { Waiting } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { problem } from '../problem.js';
import type { Handle } from './handler.js';
import { graphqlType } from './media-type.js';
import { answerOne, type GraphQLAsked } from './operation.js';

/** The most operations that one request may have. */
export const mostInBatch = 10;

/** The statuses that are about the request, and not about one of its operations. */
const ofRequest: readonly number[] = [405, 406, 415];

/** Does several operations at once; they are answered in their order, in one list. */
export async function answerAll(
  handle: Handle,
  asked: GraphQLAsked,
  bodies: readonly unknown[],
  waiting: Waiting,
): Promise<Answer> {
  if (bodies.length === 0 || bodies.length > mostInBatch) {
    return problem(400, `a batch must have 1 to ${mostInBatch} operations (got ${bodies.length})`);
  }
  const { method, url, headers } = asked;
  const answers = await Promise.all(bodies.map((body) => answerOne(handle, { method, url, headers, body }, waiting)));
  const refused = answers.find(({ status = 200 }) => ofRequest.includes(status));
  if (refused) return refused;
  return {
    headers: { 'content-type': graphqlType(String(headers.accept)) },
    body: `[${answers.map(({ body }) => body).join(',')}]`,
    fleeting: answers.some(({ fleeting }) => fleeting),
  };
}
