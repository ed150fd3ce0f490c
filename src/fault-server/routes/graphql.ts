import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLEndpoint } from '../graphql/endpoint.js';
import { nameOf } from '../journal/request-name.js';
import { textOf } from '../journal/request-text.js';
import type { Service } from '../service.js';

/** `/graphql`: a small schema over HTTP; the same request under the same name is done once, unless a field of it failed. */
export function graphqlRoutes(app: FastifyInstance, service: Service): void {
  const endpoint = new GraphQLEndpoint(service.clock);
  app.all('/graphql', (request, reply) =>
    service.serve(reply, () => ({ key: keyOf(request), answer: (waiting) => endpoint.answer(request, waiting) })),
  );
}

/** All operations have one path: what a request asks for belongs to its name. */
function keyOf(request: FastifyRequest): string | undefined {
  const name = nameOf(request, '/graphql');
  if (name === undefined) return undefined;
  const asked = createHash('sha256')
    .update(`${request.method} ${request.url}\n${textOf(request)}`)
    .digest('base64url');
  return `/graphql ${name} ${asked}`;
}
