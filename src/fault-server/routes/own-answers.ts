import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answering, Answers } from '../answers/answers.js';
import type { Answer } from '../exchange/exchange.js';
import { noteText } from '../journal/request-text.js';
import type { Service } from '../service.js';
import { wholeBody } from './whole-body.js';
import { refuse } from './work.js';

/** Serves a request if an answer of one's own is for it, and tells whether that is so. */
export type OwnService = (request: FastifyRequest, reply: FastifyReply) => boolean;

/**
 * Answers as the test's own API does, on whatever path it says, known here or not; these fail on command as well. It takes requests before anybody else
 * looks at them: what a path, a type or a body must be like is for that API to say.
 */
export function ownService(service: Service, answers: Answers): OwnService {
  return (request, reply) => {
    const answering = answers.to(request);
    if (answering) serve(request, reply, { service, answering });
    return answering !== undefined;
  };
}

/** What serves one request. */
interface Served {
  readonly service: Service;
  readonly answering: Answering;
}

/** What has not come to its end is a request all the same. */
async function serve(request: FastifyRequest, reply: FastifyReply, { service, answering }: Served): Promise<void> {
  try {
    const bytes = await wholeBody(request, service.settings.bodyLimit);
    noteText(request, bytes.toString());
    service.serve(reply, () => ({
      answer: async (waiting) => {
        const answer = await answering(bytes, waiting);
        return service.closing.ending ? last(answer) : answer;
      },
    }));
  } catch (error) {
    reply.header('connection', 'close'); // more of it may come
    service.serve(reply, refuse(error));
  }
}

/** Its client shall not ask here again. */
function last(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, connection: 'close' } };
}
