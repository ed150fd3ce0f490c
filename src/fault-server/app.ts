import type { FastifyInstance, FastifyReply } from 'fastify';
import { Answers } from './answers/answers.js';
import { comesToSteer, keepOffControlPort, noteSteering } from './connections/connection-steering.js';
import type { Answer } from './exchange/exchange.js';
import type { FaultServerSettings } from './fault-server-options.js';
import { loadPackage } from './missing-package.js';
import { problemOf } from './problem.js';
import { controlRoutes } from './routes/control.js';
import { graphqlRoutes } from './routes/graphql.js';
import { healthRoutes } from './routes/health.js';
import { messageRoutes } from './routes/messages.js';
import { metricsRoutes } from './routes/metrics.js';
import { oauthRoutes } from './routes/oauth.js';
import { ownService } from './routes/own-answers.js';
import { refuse, workRoutes } from './routes/work.js';
import type { Service } from './service.js';
import type { Log } from './watching/log.js';

/** What a server may have besides. */
interface AppParts {
  readonly answers?: Answers;
  readonly log?: Log | undefined;
}

/** Builds the HTTP server, which does not listen itself: all its paths, and what it answers when one of them throws. */
export async function buildApp(
  settings: FaultServerSettings,
  service: Service,
  { answers = new Answers(), log }: AppParts = {},
): Promise<FastifyInstance> {
  const { fastify } = await loadPackage('startFaultServer', 'fastify', () => import('fastify'));
  const { bodyLimit, requestTimeout } = settings;
  const serveOwn = ownService(service, answers);
  const app = fastify({
    bodyLimit,
    requestTimeout, // for a request that is never sent to its end: it is not served yet, and so nobody else looks after it
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, request, reply) => {
      if (comesToSteer(request)) say(reply, problemOf(error));
      else if (!serveOwn(request, reply)) service.serve(reply, refuse(error));
    },
  });
  app.setErrorHandler((error, request, reply) => {
    log?.complaint(error, request);
    return say(reply, problemOf(error));
  });
  app.register(async (work) => {
    keepOffControlPort(work);
    work.addHook('onRequest', (request, reply, done) => {
      if (!serveOwn(request, reply)) done();
    });
    workRoutes(work, service, answers);
    messageRoutes(work, service);
    graphqlRoutes(work, service);
    oauthRoutes(work, service);
  });
  app.register(async (control) => {
    log?.watch(control);
    noteSteering(control);
    controlRoutes(control, service);
    healthRoutes(control, service);
    metricsRoutes(control, service);
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (service.closing.ending) reply.header('connection', 'close'); // its client shall not ask here again
    done();
  });
  await app.ready();
  followConnections(app);
  return app;
}

function say(reply: FastifyReply, { status = 500, headers = {}, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** Node's server knows its connections, and cuts those that never finish a request, only once it listens: here the gate does that for it. */
function followConnections(app: FastifyInstance): void {
  app.server.emit('listening');
}
