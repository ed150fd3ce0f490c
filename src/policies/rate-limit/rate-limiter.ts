import { type Answer, InvalidOptionsError } from '../../core/index.js';
import { type AcquireOptions, checkWeight, patienceOf } from './acquire-options.js';
import { acquireByHand } from './by-hand.js';
import { following, ownOf, withOwn } from './followed.js';
import { changedLimiter, type LimiterOptions, limiterOptions } from './limiter-options.js';
import type { LimiterStats } from './limiter-stats.js';
import { type LimiterTerms, limiterTerms, rateInWords } from './limiter-terms.js';
import { changeMeter } from './meters.js';
import { PermitDesk } from './permit-desk.js';

/**
 * Gives permits at a limited rate: at once, or after a wait in the order of arrival.
 *
 * ```ts
 * const limiter = runtime.limiters.register('search', { limit: 10, per: '1s' });
 * await limiter.acquire();
 * ```
 */
export class RateLimiter extends PermitDesk {
  readonly #members: () => Iterable<RateLimiter>;

  /** `members` are those that split its name by key. */
  constructor(terms: LimiterTerms, members: () => Iterable<RateLimiter> = nobody) {
    super(terms);
    this.#members = members;
  }

  /** What it keeps to, in words. */
  get rate(): string {
    return rateInWords(this.terms.settings);
  }

  /** Whole permits that could be had at once; none while others wait. */
  get available(): number {
    return this.waiting > 0 ? 0 : this.meter.available(this.now());
  }

  /** When somebody who came now would have one permit, in monotonic milliseconds. */
  get nextPermitAt(): number {
    return this.readyAt(1, this.now());
  }

  get stats(): LimiterStats {
    const { permitted, rejected, waiting, available } = this;
    return { permitted, waited: this.queue?.served ?? 0, rejected, waiting, available };
  }

  /** Somebody waits, or has taken permits that time has not brought back yet. */
  get busy(): boolean {
    return this.waiting > 0 || !this.meter.atRest(this.now());
  }

  /** Takes permits if they are there and nobody waits. */
  tryAcquire(weight = 1): boolean {
    return this.take(checkWeight(weight, 'RateLimiter.tryAcquire()'));
  }

  /** Takes permits, after a wait if need be; rejects with RateLimitedError at once when the wait would be too long. */
  async acquire(weight = 1, options: AcquireOptions = {}): Promise<void> {
    const patience = patienceOf(options);
    checkWeight(weight, 'RateLimiter.acquire()');
    await acquireByHand(this, this.terms.origin, weight, patience, options);
  }

  /** Takes away all permits that are there now; who cannot wait for those that come after is refused. */
  drain(): void {
    this.queue?.serve();
    const now = this.now();
    const permits = this.meter.available(now);
    this.meter.keep(0, now);
    this.terms.services.events.emit('rateLimit.drained', { site: this.name, limiter: this.name, permits });
    this.goOnWith(this.meter);
  }

  /**
   * Goes on under other options, those not given as before. Permits that are there stay, as far as the new limits have room for them. Whoever waits goes
   * on waiting, in the same order; who can no longer have its turn within its `maxWait`, or before its deadline, is refused. `adopt: false` also
   * forgets what servers told.
   *
   * Where its name is split by key, the limiters of all keys change likewise, and those of new keys begin so; the change of one of them is its own.
   * Throws InvalidOptionsError, and changes nothing, where the options do not go together for one of them.
   */
  change(options: LimiterOptions): void {
    const checked = limiterOptions.check(options, this.name);
    const shared = new Map<LimiterTerms, LimiterTerms>();
    const changes = [this, ...this.#members()].map((limiter) => {
      const terms = shared.get(limiter.terms) ?? limiter.#termsAfter(checked);
      shared.set(limiter.terms, terms);
      return { limiter, terms };
    });
    for (const { limiter, terms } of changes) limiter.#goOnUnder(terms, checked.adopt === false);
  }

  /** Another one under the terms that hold now. @internal */
  sibling(): RateLimiter {
    return new RateLimiter(this.terms);
  }

  /**
   * Keeps to the limits that an answer of the server tells, beside its own, as long as they hold; who can no longer have its turn in time is refused. The
   * answers to its calls are heard by themselves where the option `adopt` says so. `site` is whose answer it was.
   */
  adopt(answer: Answer, site: string = this.name): void {
    checkAnswer(answer);
    const { adopted, origin } = this.terms;
    this.queue?.serve();
    const meter = following(this.meter, answer, origin.clock);
    if (meter === undefined) return;
    this.goOnWith(meter);
    if (!adopted.heard) return;
    const now = this.now();
    const nextIn = this.readyAt(1, now) - now;
    adopted.emit({ site, limiter: this.name, available: this.available, nextIn });
  }

  #termsAfter(change: LimiterOptions): LimiterTerms {
    const { given, services } = this.terms;
    return limiterTerms(this.name, changedLimiter(given, change), services);
  }

  #goOnUnder(terms: LimiterTerms, forgetsTold: boolean): void {
    this.queue?.serve();
    const own = changeMeter(ownOf(this.meter), this.terms.settings, terms.settings, this.now());
    this.terms = terms;
    this.goOnWith(forgetsTold ? own : withOwn(this.meter, own));
  }
}

function nobody(): readonly RateLimiter[] {
  return [];
}

/** A request that failed without an answer has none to adopt. */
function checkAnswer(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) return;
  const rule = 'must be an HTTP answer: an object with status and headers';
  throw new InvalidOptionsError({ decorator: 'RateLimiter.adopt()', option: 'answer', rule, value: answer });
}
