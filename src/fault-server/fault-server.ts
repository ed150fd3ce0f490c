import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Duration, duration, optional, options } from '../core/index.js';
import { Answers } from './answers/answers.js';
import type { AnswerFunction, OwnAnswer } from './answers/own-answer.js';
import { buildApp } from './app.js';
import { termsInCode } from './connections/connection-terms.js';
import { Gate, type GateAddresses } from './connections/gate.js';
import type { Certificates } from './connections/tls/certificates.js';
import { TlsEndpoint } from './connections/tls/tls-endpoint.js';
import { certificatesFor } from './connections/tls/tls-option.js';
import { type FaultServerOptions, faultServerSettings } from './fault-server-options.js';
import { armFaults, type Fault } from './faults/fault.js';
import type { ActiveFault } from './faults/fault-in-force.js';
import { armScript, type FaultScript } from './faults/fault-script.js';
import type { ScriptProgress } from './faults/faults.js';
import type { Journal } from './journal/journal.js';
import type { TokensFor, TokensGiven } from './oauth/tokens-given.js';
import { Service } from './service.js';
import type { FaultServerStats } from './watching/counters.js';
import { type Log, openLog } from './watching/log.js';

/**
 * Starts a server that answers, and fails on command: for proving that protection works.
 *
 * ```ts
 * await using server = await startFaultServer();
 * server.fail({ status: 429, retryAfter: 1, count: 3 });
 * ```
 */
export async function startFaultServer(given: FaultServerOptions = {}): Promise<FaultServer> {
  const settings = faultServerSettings(given);
  const log = await openLog(settings);
  const certificates = await certificatesFor(settings.tls, settings.host);
  const service = new Service(settings);
  const answers = new Answers(given.answers);
  const app = await buildApp(settings, service, { answers, log });
  const tls = certificates && new TlsEndpoint(certificates, (socket) => app.server.emit('connection', socket));
  const gate = new Gate(app.server, service, tls);
  const addresses = await gate.open().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  const server = new FaultServer(addresses, { app, gate, service, answers, log, certificates });
  log?.follow(service, server.url);
  return server;
}

/** How a server is closed. */
export interface CloseOptions {
  /** How long requests in progress may take to end; no new ones are let in meanwhile. @default 0 */
  readonly drain?: Duration;
}

const closeOptions = options<CloseOptions>()('FaultServer.close', {
  drain: optional(duration({ max: 86_400_000 }), 0),
});

interface Parts {
  readonly app: FastifyInstance;
  readonly gate: Gate;
  readonly service: Service;
  readonly answers: Answers;
  readonly log: Log | undefined;
  readonly certificates: Certificates | undefined;
}

/** A running server that fails on command. */
export class FaultServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Where it is only steered, in plain HTTP and whatever connections fail; undefined without `controlPort`. */
  readonly controlUrl: string | undefined;
  /** What clients have to trust, in PEM: the authority that signed its certificate, or the certificate that it was given; undefined without `tls`. */
  readonly certificate: string | undefined;
  /** The last requests that it saw. */
  readonly journal: Journal;
  readonly #parts: Parts;
  #closed: Promise<void> | undefined;

  constructor({ main, control }: GateAddresses, parts: Parts) {
    const { certificates } = parts;
    this.url = urlOf(certificates ? 'https' : 'http', main);
    this.port = main.port;
    this.controlUrl = control && urlOf('http', control);
    this.certificate = certificates?.trusted;
    this.journal = parts.service.journal;
    this.#parts = parts;
  }

  /** Fails from now on as told, instead of as told before; several faults strike in their order. */
  fail(faults: Fault | readonly Fault[]): void {
    this.#parts.service.faults.set(armFaults(faults, termsInCode(this.#parts.service.settings)));
  }

  /** Plays an outage that was written down: phases of faults one after the other, instead of what was told before. */
  play(script: FaultScript): void {
    this.#parts.service.faults.play(armScript(script, termsInCode(this.#parts.service.settings)));
  }

  /** Answers again as a healthy server does; requests that already fail go on doing so. */
  heal(): void {
    this.#parts.service.faults.set([]);
  }

  /**
   * Answers requests of a route, such as `'GET /quotes/{id}'`, in this way from now on: the same each time, or as a function says. Throws
   * `InvalidOptionsError`.
   */
  answer(route: string, answer: OwnAnswer | AnswerFunction): void {
    this.#parts.answers.set(route, answer);
  }

  /** Goes back to the answers that the server was started with. */
  resetAnswers(): void {
    this.#parts.answers.reset();
  }

  /** The faults in force, with what is left of them. */
  get faults(): readonly ActiveFault[] {
    return this.#parts.service.faults.active;
  }

  /** Where the script stands; undefined when none is played. */
  get progress(): ScriptProgress | undefined {
    return this.#parts.service.faults.progress;
  }

  /** What it has done so far, in numbers. */
  get stats(): FaultServerStats {
    return this.#parts.service.stats;
  }

  /** Gives a client an access token and a refresh token, as a login would: what a test of refreshing begins with. */
  issueTokens(given: TokensFor = {}): TokensGiven {
    return this.#parts.service.oauth.give(given);
  }

  /** Whether clients can connect: false while it refuses them, and after it was closed. */
  get listening(): boolean {
    return this.#parts.gate.listening;
  }

  /**
   * Why it does not listen although it should: another process took its port while it refused connections. It asks for the port again for 10 s,
   * and once more whenever faults are set or end. Undefined while all is well.
   */
  get listenError(): Error | undefined {
    return this.#parts.gate.error;
  }

  /** Stops listening, lets requests in progress end where `drain` gives them time, and cuts all connections; when called again it cuts at once. */
  close(options: CloseOptions = {}): Promise<void> {
    const { drain } = closeOptions.complete(closeOptions.check(options), '');
    const { service, gate, log } = this.#parts;
    if (!service.closing.ending) log?.stopping();
    service.closing.end(new Error('the fault server is shutting down'));
    if (drain === 0) service.lifetime.end(new Error('the fault server is closed'));
    this.#closed ??= gate.drain(drain).then(() => this.#cut());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #cut(): Promise<void> {
    const { service, gate, app, log } = this.#parts;
    service.lifetime.end(new Error('the fault server is closed'));
    await gate.close();
    await app.close();
    log?.stopped();
  }
}

function urlOf(scheme: string, { address, family, port }: AddressInfo): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
