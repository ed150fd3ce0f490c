import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Service } from '../service.js';
import { MetricsTally } from '../watching/metrics-tally.js';

/** `/metrics`: what the server does, for Prometheus; prom-client is loaded by the first who asks. */
export function metricsRoutes(app: FastifyInstance, service: Service): void {
  const tally = new MetricsTally();
  service.watchers.push((entry, request) => tally.count(entry, request));
  let registry: Promise<Registry> | undefined;
  app.get('/metrics', async (_request, reply) => {
    registry ??= open(service, tally);
    const { contentType, metrics } = await registry.then(scrape);
    return reply.header('content-type', contentType).send(metrics);
  });
}

async function open(service: Service, tally: MetricsTally): Promise<Registry> {
  const { metricsOf } = await import('../watching/metrics.js');
  const { clock, startedAt } = service;
  return metricsOf({ service, tally, startedAt: (clock.wallNow() - clock.now() + startedAt) / 1000 });
}

async function scrape(registry: Registry): Promise<{ readonly contentType: string; readonly metrics: string }> {
  return { contentType: registry.contentType, metrics: await registry.metrics() };
}
