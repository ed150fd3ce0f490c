import type { FastifyInstance, FastifyRequest } from 'fastify';
import { optional, options, read } from '../../core/index.js';
import { json, problem } from '../problem.js';
import type { Service } from '../service.js';

const longestDelay = 3_600_000;

const messageQuery = options<{ readonly delay?: string }>()('/msg', {
  delay: optional(read(parseDelay, `must be whole milliseconds, at most ${longestDelay}`), '0'),
});

/** The paths that do some work, and fail on command; every path that is not known here is one, too. */
export function workRoutes(app: FastifyInstance, service: Service): void {
  let messages = 0;
  let items = 0;
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.get<{ Querystring: { delay?: unknown } }>('/msg', ({ query }, reply) => {
    const { delay } = messageQuery.complete(messageQuery.check({ delay: query.delay }), '');
    return service.serve(reply, { takes: delay, answer: () => json(message(++messages, service.clock.wallNow())) });
  });
  app.all('/echo', (request, reply) => service.serve(reply, { answer: () => json(echo(request)) }));
  app.get<{ Params: { id: string } }>('/items/:id', ({ params }, reply) =>
    service.serve(reply, { answer: () => json({ id: params.id, version: ++items }) }),
  );
  app.setNotFoundHandler(({ method, url }, reply) =>
    service.serve(reply, { answer: () => problem(404, `there is no ${method} ${url.split('?', 1)[0]}`) }),
  );
}

function message(id: number, at: number): object {
  return { id, message: `message ${id}`, at: new Date(at).toISOString() };
}

function echo({ method, url, query, headers, body }: FastifyRequest): object {
  return { method, path: url.split('?', 1)[0], query, headers, body: body ?? null };
}

function parseDelay(value: string): number | undefined {
  const delay = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  return delay <= longestDelay ? delay : undefined;
}
