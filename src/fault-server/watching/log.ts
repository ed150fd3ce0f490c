import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { show } from '../../core/index.js';
import type { Outcome } from '../exchange/exchange.js';
import type { FaultServerSettings } from '../fault-server-options.js';
import type { Faults } from '../faults/faults.js';
import type { OpenEntry } from '../journal/open-journal.js';
import { problemOf } from '../problem.js';
import { targetOf } from '../request-target.js';
import type { Service } from '../service.js';
import type { FaultServerLogger, LogLine } from './log-options.js';
import { stderrLogger } from './stderr-logger.js';

/** What fails on command does what it was told: only what the server could not do is worth a warning. */
const levelOf: Readonly<Record<Outcome, LogLine['level']>> = {
  answered: 'info',
  failed: 'info',
  abandoned: 'info',
  closed: 'info',
  refused: 'warn',
  timedOut: 'warn',
};

/** What a path is called in the log, at most. */
const longestPath = 256;

/** Opens the log that the options ask for; undefined when nothing is to be logged. */
export async function openLog({ logLevel, logFormat, logger }: FaultServerSettings): Promise<Log | undefined> {
  if (logger) return new Log(logger);
  if (logLevel === 'silent') return undefined;
  return new Log(await stderrLogger(logLevel, logFormat));
}

/** Tells a logger what the server does, one line each. */
export class Log {
  readonly #logger: FaultServerLogger;
  readonly #told = new WeakSet<FastifyRequest>();
  #failed = false;

  constructor(logger: FaultServerLogger) {
    this.#logger = logger;
  }

  /** Tells from now on of the requests and the faults of a server that has started. */
  follow(service: Service, url: string): void {
    this.#write('info', () => [`listening on ${url}`, { url }]);
    service.watchers.push((entry) => this.#request(entry));
    service.mistaken.push((error, request) => this.mistake(error, request));
    const { faults } = service;
    faults.watchers.push(() => this.#faults(faults));
  }

  stopping(): void {
    this.#write('info', () => ['stopping: no more connections are let in', {}]);
  }

  /** All is over. */
  stopped(): void {
    this.#write('info', () => ['stopped', {}]);
  }

  /** What is in force since just now. */
  #faults({ active, progress }: Faults): void {
    const kinds = active.map(({ kind }) => kind);
    const what = kinds.length === 0 ? 'no faults' : kinds.join(', ');
    const healed = kinds.length === 0 && !progress;
    const message = healed ? 'healed' : `${progress ? 'a script is played, in force' : 'in force'}: ${what}`;
    this.#write('info', () => [message, { faults: kinds }]);
  }

  /** A request that was served, at its end. */
  #request({ method, path, outcome = 'closed', status, took = 0, faults, headers }: OpenEntry): void {
    this.#write(levelOf[outcome], () => {
      const requestId = headers['x-request-id'];
      const answer = status === undefined ? wordsOf[outcome] : `${wordsOf[outcome]} with ${status}`;
      const facts = { method, path, outcome, status, took: rounded(took), faults, requestId };
      return [`${method} ${path} ${answer} after ${rounded(took)} ms`, facts];
    });
  }

  /** A request that was not served: by its own fault, or by a mistake of ours. */
  complaint(error: unknown, request: FastifyRequest): void {
    const { status = 500 } = problemOf(error);
    this.#told.add(request);
    const { method, url } = request;
    const path = pathOf(url);
    if (status >= 500) this.mistake(error, request);
    else this.#write('info', () => [`${method} ${path} is wrong: ${status}`, { method, path, status }]);
  }

  /** What went wrong on the side of the server, and not on command; what a request did wrong is told at its end. */
  mistake(error: unknown, { method, url }: FastifyRequest): void {
    const { status = 500 } = problemOf(error);
    if (status < 500) return;
    const path = pathOf(url);
    const told = { method, path, status, error: facts(error) };
    this.#write('error', () => [`${method} ${path} failed by mistake`, told]);
  }

  /** Tells, for those who debug, of the requests on these paths, too. */
  watch(app: FastifyInstance): void {
    app.addHook('onResponse', (request, reply, done) => {
      this.#answered(request, reply);
      done();
    });
  }

  #answered(request: FastifyRequest, { statusCode: status, elapsedTime }: FastifyReply): void {
    if (this.#told.has(request)) return;
    const { method, url } = request;
    const [path, took] = [pathOf(url), rounded(elapsedTime)];
    this.#write('debug', () => [
      `${method} ${path} answered with ${status} after ${took} ms`,
      { method, path, status, took },
    ]);
  }

  /** Speaks to the logger; what fails there is nobody's request, and is said once. */
  #write(level: LogLine['level'], tell: () => readonly [message: string, facts: object]): void {
    try {
      if (!this.#logger.isLevelEnabled(level)) return;
      const [message, facts] = tell();
      const written = this.#logger.log({ ...facts, level, message });
      if (written instanceof Promise) written.catch((error) => this.#blame(error));
    } catch (error) {
      this.#blame(error);
    }
  }

  #blame(error: unknown): void {
    if (!this.#failed) process.emitWarning(`the logger of the fault server failed: ${show(error)}`);
    this.#failed = true;
  }
}

const wordsOf: Readonly<Record<Outcome, string>> = {
  answered: 'answered',
  failed: 'failed on command',
  refused: 'refused',
  timedOut: 'given up',
  abandoned: 'left by its client',
  closed: 'cut as the server closed',
};

function pathOf(url: string): string {
  return targetOf(url).path.slice(0, longestPath);
}

function facts(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
