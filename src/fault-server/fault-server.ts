import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import type { FaultServerStats } from './counters.js';
import { armFaults, type Fault } from './fault.js';
import { type FaultServerOptions, type FaultServerSettings, faultServerOptions } from './fault-server-options.js';
import type { ActiveFault } from './faults.js';
import type { Journal } from './journal.js';
import { problemOf } from './problem.js';
import { controlRoutes } from './routes/control.js';
import { workRoutes } from './routes/work.js';
import { Service } from './service.js';

/**
 * Starts a server that answers, and fails on command: for proving that protection works.
 *
 * ```ts
 * await using server = await startFaultServer();
 * server.fail({ status: 429, retryAfter: 1, count: 3 });
 * ```
 */
export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const settings = faultServerOptions.complete(faultServerOptions.check(options), '');
  const service = new Service(settings);
  const app = build(settings, service);
  await app.listen({ host: settings.host, port: settings.port });
  return new FaultServer(app, service);
}

/** A running server that fails on command. */
export class FaultServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The last requests that it saw. */
  readonly journal: Journal;
  readonly #app: FastifyInstance;
  readonly #service: Service;

  constructor(app: FastifyInstance, service: Service) {
    const { address, family, port } = app.server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    this.port = port;
    this.journal = service.journal;
    this.#app = app;
    this.#service = service;
  }

  /** Fails from now on as told, instead of as told before; several faults strike in their order. */
  fail(faults: Fault | readonly Fault[]): void {
    this.#service.faults.set(armFaults(faults));
  }

  /** Answers again as a healthy server does; requests that already fail go on doing so. */
  heal(): void {
    this.#service.faults.set([]);
  }

  /** The faults in force, with what is left of them. */
  get faults(): readonly ActiveFault[] {
    return this.#service.faults.active;
  }

  /** What it has done so far, in numbers. */
  get stats(): FaultServerStats {
    return this.#service.stats;
  }

  /** Stops listening and cuts all connections; may be called again. */
  async close(): Promise<void> {
    this.#service.close();
    await this.#app.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function build({ bodyLimit }: FaultServerSettings, service: Service): FastifyInstance {
  const app = fastify({ bodyLimit, forceCloseConnections: true, routerOptions: { maxParamLength: 1000 } });
  app.setErrorHandler((error, _request, reply) => {
    const { status = 500, headers = {}, body } = problemOf(error);
    return reply.code(status).headers(headers).send(body);
  });
  app.register(async (work) => workRoutes(work, service));
  app.register(async (control) => controlRoutes(control, service));
  return app;
}
