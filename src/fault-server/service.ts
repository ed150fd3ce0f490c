import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, Lifetime, type Random, seededRandom } from '../core/index.js';
import type { FaultName } from './catalogue.js';
import { Counters, type FaultServerStats } from './counters.js';
import { type Answer, Exchange, type Settlement } from './exchange.js';
import type { FaultServerSettings } from './fault-server-options.js';
import { Faults } from './faults.js';
import { Journal, type OpenEntry } from './journal.js';
import { journalEntry } from './journal-entry.js';
import { drawLatency } from './latency.js';
import { problem } from './problem.js';
import { Workers } from './workers.js';

/** What a request asks for, once it is not made to fail. */
export interface Work {
  /** Milliseconds of a worker, besides the usual. */
  readonly takes?: number;
  answer(): Answer;
}

/** Serves requests as a service does that fails on command and has only so many workers. */
export class Service {
  readonly faults: Faults;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly #settings: FaultServerSettings;
  readonly #counters = new Counters();
  readonly #workers: Workers;
  readonly #random: Random;
  readonly #lifetime = new Lifetime();

  constructor(settings: FaultServerSettings) {
    this.#settings = settings;
    this.clock = settings.clock;
    this.startedAt = this.clock.now();
    this.faults = new Faults(this.clock, settings.seed);
    this.journal = new Journal(settings.journalLimit);
    this.#workers = new Workers(settings.workers, settings.queueLimit);
    this.#random = seededRandom(settings.seed);
  }

  /** Serves one request: faults first, then the work, unless its client leaves before. */
  async serve(reply: FastifyReply, work: Work): Promise<FastifyReply> {
    const entry = this.#arrive(reply.request);
    const exchange = new Exchange(reply, this.clock, this.#lifetime, (settlement) => this.#settle(entry, settlement));
    try {
      await this.#fail(exchange, entry);
      if (exchange.open) await this.#work(exchange, work);
    } catch (error) {
      if (!exchange.halt) throw error;
      reply.hijack(); // there is nobody left to tell
    }
    return reply;
  }

  /** Whether a request that came now would be served. */
  get ready(): boolean {
    return !this.#lifetime.ending && !this.#workers.full && !this.faults.failsAll;
  }

  get stats(): FaultServerStats {
    const { requests, inFlight, peakConcurrency, outcomes, faults } = this.#counters;
    const { answered, failed, refused, abandoned } = outcomes;
    const { busy, peak, queued } = this.#workers;
    return {
      ...{ requests, inFlight, peakConcurrency, answered, failed, refused, abandoned, faults: { ...faults } },
      ...{ busyWorkers: busy, peakBusyWorkers: peak, queued },
    };
  }

  /** Ends all work in progress. */
  close(): void {
    this.#lifetime.end(new Error('the fault server is closed'));
  }

  #arrive(request: FastifyRequest): OpenEntry {
    this.#counters.arrived();
    return this.journal.open(journalEntry(request, this.clock.now() - this.startedAt, this.#settings.journalHeaders));
  }

  #settle(entry: OpenEntry, { outcome, status }: Settlement): void {
    this.#counters.settled(outcome);
    entry.outcome = outcome;
    entry.took = this.clock.now() - this.startedAt - entry.at;
    if (status !== undefined) entry.status = status;
  }

  async #fail(exchange: Exchange, entry: OpenEntry): Promise<void> {
    const strikes = this.faults.strike(exchange.path);
    entry.faults = strikes.map(({ fault }) => fault.kind);
    for (const { fault, delay } of strikes) {
      this.#counters.faults[fault.kind as FaultName]++;
      if (delay > 0) await exchange.wait(delay);
      await fault.strike(exchange);
    }
  }

  async #work(exchange: Exchange, { takes = 0, answer }: Work): Promise<void> {
    const admitted = await this.#workers.take(exchange);
    if (!admitted) return exchange.answer('refused', problem(503, 'all workers are busy and the queue is full'));
    try {
      await exchange.wait(takes + drawLatency(this.#settings.serviceTime, this.#random));
      exchange.answer('answered', answer());
    } finally {
      this.#workers.give();
    }
  }
}
