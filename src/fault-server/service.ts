import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, Lifetime, type Random, seededRandom } from '../core/index.js';
import { AnsweredKeys } from './answered-keys.js';
import { Connections } from './connections/connections.js';
import { type Answer, Exchange, type Settlement } from './exchange/exchange.js';
import type { FaultServerSettings } from './fault-server-options.js';
import type { FaultName } from './faults/catalogue.js';
import { Faults } from './faults/faults.js';
import { journalEntry } from './journal/journal-entry.js';
import { type OpenEntry, OpenJournal } from './journal/open-journal.js';
import { drawLatency } from './latency/latency.js';
import { OAuthServer } from './oauth/oauth-server.js';
import { problem, problemOf } from './problem.js';
import { Slots } from './slots.js';
import { Counters, type FaultServerStats } from './watching/counters.js';
import type { Work } from './work.js';

/** Serves requests as a service does that fails on command and can do only so much at once. */
export class Service {
  readonly faults: Faults;
  readonly journal: OpenJournal;
  readonly oauth: OAuthServer;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly connections = new Connections();
  readonly settings: FaultServerSettings;
  /** Told of every request once it is settled. */
  readonly watchers: ((entry: OpenEntry, request: FastifyRequest) => void)[] = [];
  /** Told of what could not be done because of a mistake, of the request or of ours. */
  readonly mistaken: ((error: unknown, request: FastifyRequest) => void)[] = [];
  /** Ends when no more work is taken. */
  readonly closing = new Lifetime();
  /** Ends when all that is in progress is cut. */
  readonly lifetime = new Lifetime();
  readonly #counters = new Counters();
  readonly #answered: AnsweredKeys;
  readonly #slots: Slots;
  readonly #workers: Slots;
  readonly #random: Random;

  constructor(settings: FaultServerSettings) {
    const { clock, seed, journalLimit, maxConcurrency, workers, queueLimit, cacheMaxSize, cacheTtl } = settings;
    this.settings = settings;
    this.clock = clock;
    this.startedAt = clock.now();
    this.faults = new Faults(clock, seed);
    this.journal = new OpenJournal(journalLimit);
    this.oauth = new OAuthServer(settings.oauth, clock);
    this.#answered = new AnsweredKeys({ max: cacheMaxSize, ttl: cacheTtl }, clock);
    this.#slots = new Slots(maxConcurrency, queueLimit);
    this.#workers = new Slots(workers, queueLimit);
    this.#random = seededRandom(seed);
  }

  /** Serves one request in its time and its slot: faults first, then what it asks for, if that can be read, unless its client leaves before. */
  async serve(reply: FastifyReply, ask: () => Work): Promise<FastifyReply> {
    const { request } = reply;
    const entry = this.#arrive(request);
    const settled = (settlement: Settlement) => this.#settle(entry, request, settlement);
    const exchange = new Exchange(reply, this.clock, this.lifetime, settled);
    try {
      await this.#inTime(exchange, () => this.#inSlot(exchange, () => this.#failOrWork(exchange, entry, ask)));
    } catch (error) {
      if (!exchange.halt) for (const tell of this.mistaken) tell(error, request);
      exchange.abandon(error);
    }
    return reply;
  }

  /** Why a request that came now would not be served; nothing when it would. */
  get obstacles(): readonly string[] {
    const possible = [
      [this.closing.ending, 'the server is shutting down'],
      [this.faults.failsAll, 'all requests fail on command'],
      [this.connections.hindrance(), 'another process has taken the port'],
      [this.#slots.full, 'all slots are taken and the queue is full'],
      [this.#workers.full, 'all workers are busy and the queue is full'],
    ] as const;
    return possible.filter(([holds]) => holds).map(([, reason]) => reason);
  }

  get stats(): FaultServerStats {
    const { requests, inFlight, outcomes, faults } = this.#counters;
    const { answered, failed, refused, timedOut, abandoned, closed } = outcomes;
    return {
      ...{ requests, inFlight, answered, failed, refused, timedOut, abandoned, closed, faults: { ...faults } },
      ...{ concurrency: this.#slots.busy, peakConcurrency: this.#slots.peak },
      ...{ busyWorkers: this.#workers.busy, peakBusyWorkers: this.#workers.peak },
      connections: this.connections.counts,
      queued: this.#slots.queued + this.#workers.queued,
      ...{ replayed: this.#answered.replayed, remembered: this.#answered.size },
    };
  }

  /** Counts a fault that struck where there was no request. */
  struck(kind: string): void {
    this.#counters.faults[kind as FaultName]++;
  }

  #arrive(request: FastifyRequest): OpenEntry {
    this.#counters.arrived();
    return this.journal.open(journalEntry(request, this.clock.now() - this.startedAt, this.settings));
  }

  #settle(entry: OpenEntry, request: FastifyRequest, { outcome, status, cutBy }: Settlement): void {
    if (cutBy !== undefined) entry.faults = [...entry.faults, cutBy];
    this.#counters.settled(outcome);
    this.journal.settle(entry, outcome, status, this.clock.now() - this.startedAt - entry.at);
    for (const watcher of this.watchers) watcher(entry, request);
  }

  /** Gives the request up when it takes too long, waits included. */
  async #inTime(exchange: Exchange, act: () => Promise<void>): Promise<void> {
    const { requestTimeout } = this.settings;
    const tooLate = () => exchange.giveUp(problem(504, `the request took more than ${requestTimeout} ms`));
    const cancel = requestTimeout > 0 ? this.clock.later(requestTimeout, tooLate) : undefined;
    try {
      await act();
    } finally {
      cancel?.();
    }
  }

  async #inSlot(exchange: Exchange, act: () => Promise<void>): Promise<void> {
    if (this.closing.ending) return exchange.answer('refused', problem(503, 'the server is shutting down'));
    const admitted = await this.#slots.take(exchange);
    if (!admitted) return exchange.answer('refused', problem(503, 'the server is full, and so is the queue before it'));
    try {
      await act();
    } finally {
      this.#slots.give();
    }
  }

  /** In its time and its slot a request is answered, also where it is wrong and where its answer leaves slowly. */
  async #failOrWork(exchange: Exchange, entry: OpenEntry, ask: () => Work): Promise<void> {
    const outcome = this.#fail(exchange, entry).then(() => (exchange.open ? this.#made(exchange, ask()) : undefined));
    const made = await outcome.catch((error: unknown) => this.#mistake(exchange, error));
    if (made) await exchange.answer('answered', made);
  }

  async #fail(exchange: Exchange, entry: OpenEntry): Promise<void> {
    const strikes = this.faults.strike(exchange.path, exchange.request.method);
    entry.faults = strikes.map(({ fault }) => fault.kind);
    for (const { fault, delay } of strikes) {
      this.#counters.faults[fault.kind as FaultName]++;
      if (delay > 0) await exchange.wait(delay);
      await fault.strike(exchange);
    }
  }

  #made(exchange: Exchange, work: Work): Promise<Answer | undefined> {
    const { key } = work;
    const act = () => this.#work(exchange, work);
    return key === undefined ? act() : this.#answered.once(key, exchange, act);
  }

  /** What answers a request that cannot be served, by its own fault or by ours; throws when nobody waits for that. */
  #mistake(exchange: Exchange, error: unknown): Answer {
    if (!exchange.open) throw error;
    for (const tell of this.mistaken) tell(error, exchange.request);
    return problemOf(error);
  }

  /** Does the work; the slot is kept until its answer has left, the worker is not. */
  async #work(exchange: Exchange, { takes = 0, answer }: Work): Promise<Answer | undefined> {
    const admitted = await this.#workers.take(exchange);
    if (!admitted) {
      await exchange.answer('refused', problem(503, 'all workers are busy and the queue is full'));
      return undefined;
    }
    try {
      await exchange.wait(takes + drawLatency(this.settings.serviceTime, this.#random));
      return await answer(exchange);
    } finally {
      this.#workers.give();
    }
  }
}
