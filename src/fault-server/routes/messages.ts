import type { FastifyInstance } from 'fastify';
import { optional, options, read } from '../../core/index.js';
import { nameOf } from '../journal/request-name.js';
import { json } from '../problem.js';
import type { Service } from '../service.js';

const longestDelay = 3_600_000;

const messageQuery = options<{ readonly delay?: string }>()('/msg', {
  delay: optional(read(parseDelay, `must be whole milliseconds, at most ${longestDelay}`), '0'),
});

/** `/msg`: makes a message with an id of its own, or gives once more the one that a request of the same name made. */
export function messageRoutes(app: FastifyInstance, service: Service): void {
  let messages = 0;
  app.route<{ Querystring: { delay?: unknown } }>({
    method: ['GET', 'POST'],
    url: '/msg',
    handler(request, reply) {
      return service.serve(reply, () => {
        const { delay } = messageQuery.complete(messageQuery.check({ delay: request.query.delay }), '');
        const answer = () => json(message(++messages, service.clock.wallNow()));
        return { takes: delay, key: nameOf(request, '/msg'), answer };
      });
    },
  });
}

function message(id: number, at: number): object {
  return { id, message: `message ${id}`, at: new Date(at).toISOString() };
}

function parseDelay(value: string): number | undefined {
  const delay = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  return delay <= longestDelay ? delay : undefined;
}
