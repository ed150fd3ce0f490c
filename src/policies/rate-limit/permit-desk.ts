import type { Call } from '../../core/index.js';
import { throwIfHalted } from './by-hand.js';
import type { LimiterTerms } from './limiter-terms.js';
import { type Hold, type Meter, rounding } from './meter.js';
import { newMeter } from './meters.js';
import { PermitQueue } from './permit-queue.js';
import { RateLimitedError } from './rate-limited-error.js';

/** Where the calls of policies get their permits: at once, after a wait in the order of arrival, or not at all. */
export class PermitDesk {
  protected terms: LimiterTerms;
  protected meter: Meter;
  protected queue: PermitQueue | undefined = undefined;
  protected permitted = 0;
  protected rejected = 0;

  constructor(terms: LimiterTerms) {
    this.terms = terms;
    this.meter = newMeter(terms.settings);
  }

  get name(): string {
    return this.terms.origin.site;
  }

  /** The most permits that one call can take. */
  get capacity(): number {
    return this.meter.capacity;
  }

  /** Answers of the server are to be heard. */
  get adopts(): boolean {
    return this.terms.settings.adopt;
  }

  /** Takes permits if they are there and nobody waits: the short way. */
  take(weight: number): boolean {
    const fits = this.waiting === 0 && weight <= this.meter.capacity;
    const free = (fits && this.meter.take(weight, this.now())) || weight === 0;
    if (free) this.permitted++;
    return free;
  }

  /** Waits for permits that are not there, until they are taken, and holds them; refuses at once when the wait would be too long for the call. */
  async enter(call: Call, weight: number, maxWait: number): Promise<Hold> {
    const now = this.now();
    this.queue?.catchUp(now);
    throwIfHalted(call); // not sooner: who hears of those that pass may end it
    const retryAfter = this.#refusedFor(call, weight, maxWait, now);
    if (retryAfter !== undefined) throw this.#refusal(call.site, weight, retryAfter);
    const { origin, waited } = this.terms;
    this.queue ??= new PermitQueue(origin.site, this.meter, origin.clock, waited);
    const hold = await this.queue.join(call, weight, maxWait, now);
    if (call.halt) this.giveBack(hold);
    throwIfHalted(call);
    return hold;
  }

  /** Keeps an eye on permits that were just taken for a call which may yet be refused further in. */
  hold(weight: number): Hold {
    return this.meter.hold(weight, this.now());
  }

  /** Takes permits back that were not used after all; whoever waits moves up. */
  giveBack(hold: Hold): void {
    hold.giveBack(this.now());
    this.queue?.ease();
  }

  protected get waiting(): number {
    return this.queue === undefined ? 0 : this.queue.size;
  }

  protected now(): number {
    return this.terms.origin.clock.now();
  }

  protected readyAt(weight: number, now: number, until?: number): number {
    return this.queue === undefined ? this.meter.readyAt(weight, now) : this.queue.readyAt(weight, now, until);
  }

  /** Goes on with a meter whose permits come sooner or later than was foreseen; who can no longer have its turn in time is refused. */
  protected goOnWith(meter: Meter): void {
    this.meter = meter;
    if (this.queue === undefined) return;
    this.queue.meter = meter;
    const late = this.queue.review();
    const now = this.now();
    for (const { call, weight, maxWait, reject } of late) {
      const retryAfter = this.#refusedFor(call, weight, maxWait, now) ?? 0;
      reject(this.#refusal(call.site, weight, retryAfter));
    }
  }

  /** Milliseconds before which asking again is certain to be refused; undefined when the call may wait. */
  #refusedFor(call: Call, weight: number, maxWait: number, now: number): number | undefined {
    if (weight > this.meter.capacity) return Number.POSITIVE_INFINITY;
    const until = Math.min(now + maxWait, call.deadline);
    const mayWait = this.waiting < this.terms.settings.maxQueue;
    if (mayWait && until === Number.POSITIVE_INFINITY) return undefined; // who waits for ever need not know how long
    const wait = this.readyAt(weight, now, until) - now;
    if (now + wait >= call.deadline) return wait;
    const longest = wait + (this.queue?.slack ?? 0); // less than that is certain only of the wait
    const comesInTime = longest <= maxWait + rounding && now + longest < call.deadline;
    const hasPlace = mayWait || longest <= rounding; // who need not wait takes none
    if (hasPlace) return comesInTime ? undefined : Math.max(0, wait - maxWait);
    const untilPlace = this.queue === undefined || this.waiting === 0 ? wait : this.queue.nextAt(now) - now;
    return Math.max(wait - maxWait, untilPlace);
  }

  #refusal(site: string, weight: number, retryAfter: number): RateLimitedError {
    const facts = { site, limiter: this.name, weight, retryAfter };
    this.rejected++;
    if (this.terms.refused.heard) this.terms.refused.emit(facts);
    return new RateLimitedError(facts, this.terms.services.captureStacks);
  }
}
