import type { FastifyInstance } from 'fastify';
import { maybe, options, that } from '../../core/index.js';
import { armFaults } from '../fault.js';
import type { JournalFilter } from '../journal.js';
import type { Service } from '../service.js';

const text = () =>
  maybe(
    that<string>(
      (value) => typeof value === 'string' && value.length <= 256,
      'must be one text of at most 256 characters',
    ),
  );

const journalQuery = options<JournalFilter>()('/journal', { method: text(), path: text() });

/** The paths by which the server is steered and watched; they never fail on command. */
export function controlRoutes(app: FastifyInstance, service: Service): void {
  app.get('/faults', () => ({ faults: service.faults.active }));
  app.put('/faults', ({ body }) => {
    service.faults.set(armFaults(body));
    return { faults: service.faults.active };
  });
  app.delete('/faults', (_request, reply) => {
    service.faults.set([]);
    return reply.code(204).send();
  });
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) => {
    const { ready } = service;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/journal', ({ query }) => {
    const filter = journalQuery.check(query);
    return { seen: service.journal.seen, entries: service.journal.entries(filter) };
  });
  app.delete('/journal', (_request, reply) => {
    service.journal.clear();
    return reply.code(204).send();
  });
  app.get('/stats', () => service.stats);
}
