import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem } from '../problem.js';
import { type Connection, connectionOf } from './connection.js';

/** Tells whether a request came by the port that is there for steering alone. */
export function comesToSteer(request: FastifyRequest): boolean {
  return connectionBeneath(request)?.control ?? false;
}

/** Answers none of these paths on the control port, which is there for steering alone. */
export function keepOffControlPort(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!comesToSteer(request)) return done();
    const {
      status = 404,
      headers = {},
      body,
    } = problem(404, 'this port is for steering: ask for this path on the other');
    reply.code(status).headers(headers).send(body);
  });
}

/** Lets the answers to these paths leave, also where they tell of a fault that cuts all connections. */
export function noteSteering(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const connection = connectionBeneath(request);
    if (connection) connection.steering++;
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (connectionBeneath(request)?.spared) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    const connection = connectionBeneath(request);
    if (connection) connection.steering--;
    if (connection?.spared) request.raw.socket.end(); // cut after its header fields had left
    done();
  });
}

function connectionBeneath({ raw }: FastifyRequest): Connection | undefined {
  return connectionOf(raw.socket);
}
