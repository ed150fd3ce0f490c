import { expect } from 'vitest';
import type { Answer } from '../../../src/core/index.js';
import { type LimiterOptions, RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import type { Hold } from '../../../src/policies/rate-limit/meter.js';
import type { Limits } from '../../../src/policies/rate-limit/meters.js';
import { testRuntime } from '../../../src/testing/index.js';
import { type Fate, NaiveLimiter } from './naive-limiter.js';

const epsilon = 2e-3;
const maxQueue = 25;

/** The same limits, looser or stricter. */
function scaled({ all, warmUp }: Limits, factor: number): Limits {
  const more = (permits: number) => Math.max(1, Math.round(permits * factor));
  return { warmUp, all: all.map((limit) => ({ ...limit, limit: more(limit.limit), burst: more(limit.burst) })) };
}

function optionsOf({ all, warmUp }: Limits): LimiterOptions {
  const limits = all.map(({ burst, ...limit }) => ({ ...limit, ...(limit.algorithm === 'token-bucket' && { burst }) }));
  return { limits, maxQueue, ...(warmUp > 0 && { warmUp }) };
}

/** A limiter, and a naive one that must agree with it in all it does and says. */
export class Pair {
  readonly #limits: Limits;
  readonly #naive: NaiveLimiter;
  readonly #runtime = testRuntime();
  readonly #limiter;
  readonly #signals: AbortController[] = [];
  readonly #fates: Fate[] = [];
  readonly #holds: { readonly mine: Hold; readonly naive: Hold }[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#limiter = this.#runtime.runtime.limiters.register('search', optionsOf(limits));
    this.#naive = new NaiveLimiter(limits, maxQueue, this.#runtime.clock.now());
  }

  /** Somebody comes who waits as long as it will, given how long it would have to. */
  async come(weight: number, patience: (wait: number) => number): Promise<void> {
    this.#naive.serve();
    if (weight > this.#limiter.capacity) return;
    const wait = this.#naive.forecast(weight) - this.#naive.now;
    const maxWait = Math.max(0, patience(wait));
    if (this.#naive.hung && maxWait >= wait && maxWait <= wait * 1.001 + epsilon) return; // may be refused since alarms rang late
    const number = this.#fates.push('waits') - 1;
    const controller = new AbortController();
    this.#signals.push(controller);
    let refused: number | undefined;
    void this.#limiter.acquire(weight, { maxWait, signal: controller.signal }).then(
      () => {
        this.#fates[number] = { servedAt: this.#runtime.clock.now() };
      },
      (error) => {
        this.#fates[number] = error instanceof RateLimitedError ? 'refused' : 'left';
        if (error instanceof RateLimitedError) refused = error.retryAfter;
      },
    );
    const certain = this.#naive.come(weight, maxWait);
    await this.#prove();
    if (certain === undefined) return;
    expect(refused).toBeLessThanOrEqual(certain + epsilon);
    if (!this.#naive.hung) expect(refused).toBeGreaterThanOrEqual(certain - epsilon);
  }

  async leave(which: number): Promise<void> {
    const number = this.#naive.waiting[which % Math.max(1, this.#naive.waiting.length)];
    if (number === undefined) return;
    this.#signals[number]?.abort();
    this.#naive.leave(number);
    await this.#prove();
  }

  async take(weight: number): Promise<void> {
    const naive = this.#naive.take(weight);
    expect(this.#limiter.tryAcquire(weight)).toBe(naive !== undefined);
    if (naive) this.#holds.push({ mine: this.#limiter.hold(weight), naive });
  }

  async giveBack(which: number): Promise<void> {
    const [hold] = this.#holds.splice(which % Math.max(1, this.#holds.length), 1);
    if (hold === undefined) return;
    this.#limiter.giveBack(hold.mine);
    this.#naive.giveBack(hold.naive);
    await this.#prove();
  }

  async drain(): Promise<void> {
    this.#limiter.drain();
    this.#naive.drain();
    await this.#prove();
  }

  async change(factor: number): Promise<void> {
    const limits = scaled(this.#limits, factor);
    this.#limiter.change(optionsOf(limits));
    this.#naive.change(limits);
    await this.#prove();
  }

  async adopt(answer: Answer): Promise<void> {
    this.#limiter.adopt(answer);
    this.#naive.adopt(answer, this.#runtime.clock);
    await this.#prove();
  }

  async advance(duration: number): Promise<void> {
    await this.#runtime.clock.advance(this.#naive.advance(duration));
    await this.#prove();
  }

  /** No alarm rings until that time is over. */
  async hang(duration: number, isWatched: boolean): Promise<void> {
    this.#runtime.clock.skip(this.#naive.hang(duration));
    if (isWatched) this.look(); // before any alarm has rung
    await this.advance(0);
  }

  async #prove(): Promise<void> {
    await this.#runtime.clock.advance(0);
    this.#naive.now = this.#runtime.clock.now();
    this.#naive.serve();
    expect(this.#fates.map(readable)).toEqual(this.#naive.fates.map(readable));
    expect(this.#limiter.stats.waiting).toBe(this.#naive.waiting.length);
  }

  /** Somebody asks when there is a permit: until then, what was foreseen need not be exact. */
  look(): void {
    if (this.#limiter.capacity < 1) return;
    expect(Math.abs(this.#limiter.nextPermitAt - this.#naive.forecast(1))).toBeLessThan(epsilon);
  }
}

function readable(fate: Fate): string {
  return typeof fate === 'string' ? fate : `served at ${fate.servedAt.toFixed(1)}`;
}
