import { type Call, callByHand, watchSignal } from '../../core/index.js';
import { type AcquireOptions, checkWeight, patienceOf } from './acquire-options.js';
import type { LimiterStats } from './limiter-stats.js';
import { type LimiterTerms, limiterTerms } from './limiter-terms.js';
import type { Hold, Meter } from './meter.js';
import { newMeter } from './meters.js';
import { PermitQueue } from './permit-queue.js';
import { type LimiterOptions, limiterOptions } from './rate-limit-options.js';
import { RateLimitedError } from './rate-limited-error.js';

/**
 * Gives permits at a limited rate: at once, or after a wait in the order of arrival.
 *
 * ```ts
 * const limiter = runtime.limiters.register('search', { limit: 10, per: '1s' });
 * await limiter.acquire();
 * ```
 */
export class RateLimiter {
  #terms: LimiterTerms;
  #meter: Meter;
  #queue: PermitQueue | undefined = undefined;
  #permitted = 0;
  #rejected = 0;

  constructor(terms: LimiterTerms) {
    this.#terms = terms;
    this.#meter = newMeter(terms.algorithm, terms.shape);
  }

  get name(): string {
    return this.#terms.origin.site;
  }

  /** The most permits that one call can take. */
  get capacity(): number {
    return this.#meter.capacity;
  }

  /** Its rate, in words. */
  get rate(): string {
    const { limit, per, burst } = this.#terms.shape;
    return burst === limit ? `${limit} per ${per} ms` : `${limit} per ${per} ms, up to ${burst} at once`;
  }

  /** Whole permits that could be had at once; none while others wait. */
  get available(): number {
    return this.#waiting > 0 ? 0 : this.#meter.available(this.#now());
  }

  /** When somebody who came now would have one permit, in monotonic milliseconds. */
  get nextPermitAt(): number {
    return this.#readyAt(1, this.#now());
  }

  get stats(): LimiterStats {
    const waited = this.#queue?.served ?? 0;
    const waiting = this.#waiting;
    return { permitted: this.#permitted, waited, rejected: this.#rejected, waiting, available: this.available };
  }

  /** Somebody waits, or has taken permits that time has not brought back yet. */
  get busy(): boolean {
    return this.available < this.#meter.capacity;
  }

  /** Takes permits if they are there and nobody waits. */
  tryAcquire(weight = 1): boolean {
    return this.take(checkWeight(weight, 'RateLimiter.tryAcquire()'));
  }

  /** Takes permits, after a wait if need be; rejects with RateLimitedError at once when the wait would be too long. */
  async acquire(weight = 1, options: AcquireOptions = {}): Promise<void> {
    const patience = patienceOf(options);
    checkWeight(weight, 'RateLimiter.acquire()');
    const { signal } = options;
    if (signal?.aborted) throw signal.reason;
    const call = callByHand(this.#terms.origin, signal);
    const leave = signal && watchSignal(signal, () => call.end(signal.reason));
    try {
      throwIfHalted(call);
      if (!this.take(weight)) await this.enter(call, weight, patience);
    } finally {
      leave?.();
    }
  }

  /** Takes away all permits that are there now. */
  drain(): void {
    const now = this.#now();
    const permits = this.#meter.available(now);
    this.#meter.keep(0, now);
    this.#queue?.serve();
    this.#terms.services.events.emit('rateLimit.drained', { site: this.name, limiter: this.name, permits });
  }

  /** Goes on under other options, those not given as before. Permits that are there stay, and whoever waits goes on waiting. */
  change(options: LimiterOptions): void {
    const { given, algorithm, services } = this.#terms;
    this.#terms = limiterTerms(this.name, { ...given, ...limiterOptions.check(options, this.name) }, services);
    if (this.#terms.algorithm === algorithm) this.#meter.change(this.#terms.shape, this.#now());
    else this.#exchange(newMeter(this.#terms.algorithm, this.#terms.shape));
    this.#queue?.serve();
  }

  /** Takes permits if they are there and nobody waits: the short way, for policies. */
  take(weight: number): boolean {
    const fits = this.#waiting === 0 && weight <= this.#meter.capacity;
    const free = (fits && this.#meter.take(weight, this.#now())) || weight === 0;
    if (free) this.#permitted++;
    return free;
  }

  /** Waits for permits that are not there; refuses at once when the wait would be too long for the call. */
  async enter(call: Call, weight: number, maxWait: number): Promise<void> {
    throwIfHalted(call);
    const now = this.#now();
    const retryAfter = this.#refusedFor(call, weight, maxWait, now);
    if (retryAfter !== undefined) throw this.#refusal(call.site, weight, retryAfter);
    const { origin, waited } = this.#terms;
    this.#queue ??= new PermitQueue(origin.site, this.#meter, origin.clock, waited);
    await this.#queue.join(call, weight, now);
    if (call.halt) this.giveBack(this.hold(weight));
    throwIfHalted(call);
  }

  /** Keeps an eye on permits that were just taken for a call which may yet be refused further in. */
  hold(weight: number): Hold {
    return this.#meter.hold(weight, this.#now());
  }

  /** Takes permits back that were not used after all; whoever waits moves up. */
  giveBack(hold: Hold): void {
    hold.giveBack(this.#now());
    this.#queue?.serve();
  }

  get #waiting(): number {
    return this.#queue === undefined ? 0 : this.#queue.size;
  }

  #now(): number {
    return this.#terms.origin.clock.now();
  }

  #readyAt(weight: number, now: number): number {
    return this.#queue === undefined ? this.#meter.readyAt(weight, now) : this.#queue.readyAt(weight, now);
  }

  /** Milliseconds before which asking again is certain to be refused; undefined when the call may wait. */
  #refusedFor(call: Call, weight: number, maxWait: number, now: number): number | undefined {
    if (weight > this.#meter.capacity) return Number.POSITIVE_INFINITY;
    const wait = this.#readyAt(weight, now) - now;
    if (now + wait >= call.deadline) return wait;
    if (this.#waiting < this.#terms.maxQueue) return wait > maxWait ? wait - maxWait : undefined;
    const untilPlace = this.#queue === undefined || this.#waiting === 0 ? wait : this.#queue.nextAt(now) - now;
    return Math.max(wait - maxWait, untilPlace);
  }

  #refusal(site: string, weight: number, retryAfter: number): RateLimitedError {
    const facts = { site, limiter: this.name, weight, retryAfter };
    this.#rejected++;
    if (this.#terms.refused.heard) this.#terms.refused.emit(facts);
    return new RateLimitedError(facts, this.#terms.services.captureStacks);
  }

  #exchange(meter: Meter): void {
    const now = this.#now();
    meter.keep(this.#meter.available(now), now);
    this.#meter = meter;
    if (this.#queue) this.#queue.meter = meter;
  }
}

function throwIfHalted({ halt }: Call): void {
  if (halt) throw halt.reason;
}
