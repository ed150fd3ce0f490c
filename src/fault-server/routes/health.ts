import type { FastifyInstance } from 'fastify';
import type { Service } from '../service.js';

/** `/health/live` and `/health/ready`: whether the process is there, and whether a request that came now would be served. */
export function healthRoutes(app: FastifyInstance, service: Service): void {
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) => {
    const { obstacles } = service;
    if (obstacles.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', reasons: obstacles });
  });
}
