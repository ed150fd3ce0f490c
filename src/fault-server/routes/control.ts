import type { FastifyInstance } from 'fastify';
import { termsOverHttp } from '../connections/connection-terms.js';
import { armFaults } from '../faults/fault.js';
import { armScript, type FaultScript } from '../faults/fault-script.js';
import { checkJournalFilter } from '../journal/journal-filter.js';
import type { Service } from '../service.js';

/** The paths by which the server is steered and watched; they never fail on command. */
export function controlRoutes(app: FastifyInstance, service: Service): void {
  const terms = termsOverHttp(service.settings);
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('*', { parseAs: 'string' }, parseJson); // whatever it is called: curl says it sends a form
  app.get('/faults', () => inForce(service));
  app.put('/faults', ({ body }) => {
    if (isScript(body)) service.faults.play(armScript(body, terms));
    else service.faults.set(armFaults(body, terms));
    return inForce(service);
  });
  app.delete('/faults', (_request, reply) => {
    service.faults.set([]);
    return reply.code(204).send();
  });
  app.get('/journal', ({ query }) => {
    const filter = checkJournalFilter(query as object);
    const { journal } = service;
    return { seen: journal.seen, ...journal.summary(filter), entries: journal.entries(filter) };
  });
  app.delete('/journal', (_request, reply) => {
    service.journal.clear();
    return reply.code(204).send();
  });
  app.get('/stats', () => service.stats);
}

function inForce({ faults }: Service): object {
  const { active, progress } = faults;
  return progress ? { faults: active, script: progress } : { faults: active };
}

function isScript(body: unknown): body is FaultScript {
  return typeof body === 'object' && body !== null && 'phases' in body;
}
