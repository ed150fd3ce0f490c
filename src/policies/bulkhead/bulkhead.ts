import { type Call, type CallOrigin, type Clock, type Random, rejectSoon, type Services } from '../../core/index.js';
import { type Adaptation, adaptationOf, isSameWay, type Sample } from './adaptation.js';
import { type ExecuteOptions, execute, type Work } from './bulkhead-execution.js';
import { BulkheadLog } from './bulkhead-log.js';
import { type BulkheadSettings, type BulkheadSizes, bulkheadSettings, bulkheadSizes } from './bulkhead-options.js';
import type { BulkheadStats } from './bulkhead-stats.js';
import type { Demand } from './demand.js';
import type { Patience } from './patience.js';
import type { Learner } from './round-trip.js';
import type { SlotWait } from './slot-wait.js';
import { Slots } from './slots.js';
import { WaitingCalls } from './waiting-calls.js';

/** What a bulkhead needs of the world. */
export type BulkheadServices = Pick<Services, 'clock' | 'events' | 'random' | 'closing' | 'lifetime' | 'captureStacks'>;

/**
 * Lets a limited number of calls run at the same time; some more may wait.
 *
 * ```ts
 * const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 5, maxQueue: 20 });
 * const rows = await bulkhead.execute(() => query('select …'));
 * ```
 */
export class Bulkhead implements Learner {
  readonly name: string;
  readonly clock: Clock;
  /** Gives one slot back: hang it on a promise as it is. */
  readonly leave: () => void;
  readonly #origin: CallOrigin;
  readonly #random: Random;
  readonly #log: BulkheadLog;
  readonly #slots: Slots<SlotWait>;
  #waitingRoom: WaitingCalls | undefined; // most never have anybody wait
  #given: BulkheadSizes;
  #settings: BulkheadSettings;
  #adaptation: Adaptation | undefined;

  constructor(name: string, given: BulkheadSizes, services: BulkheadServices) {
    const { clock, random, closing, lifetime } = services;
    this.name = name;
    this.clock = clock;
    this.#origin = { site: name, clock, closing, lifetime };
    this.#random = random;
    this.#log = new BulkheadLog(name, services);
    this.#given = given;
    this.#settings = bulkheadSettings(given, name);
    this.#adaptation = adaptationOf(this.#settings.adaptive, random);
    const slots = new Slots<SlotWait>(this.#adaptation?.limit ?? this.maxConcurrent, this.#settings.order);
    this.#slots = slots;
    this.leave = () => {
      slots.leave(1);
      if (slots.queued > 0) this.#waiting.serve();
    };
  }

  /** Slots that are taken: one for each call, or as many as its weight. */
  get running(): number {
    return this.#slots.running;
  }

  /** Calls that wait for a slot. */
  get queued(): number {
    return this.#slots.queued;
  }

  /** Slots in all; those that it has found by itself, where it is adaptive. */
  get limit(): number {
    return this.#slots.limit;
  }

  /** The most slots that it can have. */
  get maxConcurrent(): number {
    return this.#settings.maxConcurrent;
  }

  /** How it finds its limit; undefined where that is fixed. */
  get adaptation(): Adaptation | undefined {
    return this.#adaptation;
  }

  get stats(): BulkheadStats {
    const { running, queued, limit } = this.#slots;
    const { accepted, rejected, timedOut, shed } = this.#log;
    return { running, queued, limit, accepted, rejected, timedOut, shed };
  }

  /** Runs a function in a slot, as a protected method would run; the slot is held until it settles. */
  execute<T>(work: Work<T>, options: ExecuteOptions = {}): Promise<T> {
    return execute(this, this.#origin, work, options);
  }

  /** Goes on with other sizes, those not given as before. Whoever runs goes on; of those who wait, as many as there is room for. */
  change(sizes: BulkheadSizes): void {
    const given = { ...this.#given, ...bulkheadSizes.check(sizes, this.name) };
    const settings = bulkheadSettings(given, this.name);
    const sameWay = isSameWay(given.adaptive, this.#given.adaptive);
    if (!sameWay || settings.maxConcurrent !== this.maxConcurrent) {
      this.#adaptation = adaptationOf(settings.adaptive, this.#random, sameWay ? this.limit : undefined);
    }
    this.#given = given;
    this.#settings = settings;
    this.#slots.order = settings.order;
    this.#resize(this.#adaptation?.limit ?? this.maxConcurrent);
  }

  /** Takes slots that are free, while nobody waits: the short way. */
  enter(weight: number): boolean {
    if (!this.#slots.enter(weight)) return false;
    this.#log.accepted++;
    return true;
  }

  /** Takes slots that are free, for a call that goes before all who wait. */
  pass(demand: Demand): boolean {
    if (demand.weight > this.maxConcurrent || !this.#waiting.pass(demand)) return false;
    this.#log.accepted++;
    return true;
  }

  /**
   * Waits for slots; `take` them then. Rejects when there is no room to wait in, after the longest wait, and in the tick in which the call may wait no
   * longer.
   */
  wait(call: Call, demand: Demand): Promise<void> {
    const { halt, site } = call;
    const { weight, patience } = demand;
    if (halt) return Promise.reject(halt.reason);
    if (weight > this.maxConcurrent)
      return rejectSoon(this.#log.tooHeavy(site, weight, this.maxConcurrent, this.#slots));
    const turn = this.#waiting.join(call, demand, this.room(patience));
    return turn ?? rejectSoon(this.#log.full(site, weight, this.#slots));
  }

  /** Takes the slots that a call has waited for; if it ended in the moment in which it got them, gives them back and throws. */
  take(call: Call, weight: number): void {
    const { halt } = call;
    if (halt) {
      this.release(weight);
      throw halt.reason;
    }
    this.#log.accepted++;
  }

  release(weight: number, by?: Adaptation, sample?: Sample): void {
    this.#slots.leave(weight);
    if (by && sample) this.learn(by, sample);
    if (this.queued > 0) this.#waiting.serve();
  }

  learn(by: Adaptation, sample: Sample): void {
    if (by !== this.#adaptation || !by.learn(sample)) return; // what began under other settings says nothing about these
    this.#resize(by.limit, by.toll(this.#waiting.least, this.limit, by.limit));
  }

  /** How many may wait as long as this. */
  room({ maxWait }: Patience): number {
    if (maxWait === 0) return 0;
    return this.#settings.maxQueue ?? (maxWait === undefined ? 0 : this.limit);
  }

  get #waiting(): WaitingCalls {
    this.#waitingRoom ??= new WaitingCalls(this.#slots, this.clock, this.#origin.closing, this.#log);
    return this.#waitingRoom;
  }

  /** All is as it will be before anybody hears of it: a listener may well come back with another size. */
  #resize(to: number, toll = 0): void {
    const from = this.limit;
    this.#slots.limit = to;
    const lost = this.#waiting.shrink(this.#settings.maxQueue ?? to, toll);
    this.#waiting.serve();
    if (to !== from) this.#log.resized(from, to);
    for (const wait of lost) this.#waiting.shed(wait);
  }
}
