import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Answers } from '../answers/answers.js';
import type { Answer } from '../exchange/exchange.js';
import { noteText } from '../journal/request-text.js';
import { json, problem } from '../problem.js';
import { targetOf } from '../request-target.js';
import type { Service } from '../service.js';

/** The paths that do some work, and fail on command; every path that is not known here is one, too. */
export function workRoutes(app: FastifyInstance, service: Service, answers: Answers): void {
  let items = 0;
  keepTexts(app);
  app.setErrorHandler((error, _request, reply) => service.serve(reply, refuse(error)));
  app.all('/echo', (request, reply) => service.serve(reply, () => ({ answer: () => json(echo(request)) })));
  app.get<{ Params: { id: string } }>('/items/:id', ({ params }, reply) =>
    service.serve(reply, () => ({ answer: () => json({ id: params.id, version: ++items }) })),
  );
  app.setNotFoundHandler(({ method, url }, reply) =>
    service.serve(reply, () => ({ answer: () => unknown(method, targetOf(url).path, answers) })),
  );
}

/** What could not be read is a request all the same: it takes its slot, may fail on command, and is in the journal. */
export function refuse(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** A path that is answered, but not by this method, is there all the same. */
function unknown(method: string, path: string, answers: Answers): Answer {
  const methods = answers.methodsAt(path);
  if (methods.length === 0) return problem(404, `there is no ${method} ${path}`);
  const { headers, ...answer } = problem(405, `${path} takes ${methods.join(', ')}`);
  return { ...answer, headers: { ...headers, allow: methods.join(', ') } };
}

/** Takes bodies of any type, and keeps them as they came for the journal. */
function keepTexts(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    noteText(request, body);
    parseJson(request, body, done);
  });
  app.addContentTypeParser<string>(['text/plain', '*'], { parseAs: 'string' }, (request, body, done) => {
    noteText(request, body);
    done(null, body);
  });
}

function echo({ method, url, query, headers, body }: FastifyRequest): object {
  return { method, path: targetOf(url).path, query, headers, body: body ?? null };
}
