import { expect } from 'vitest';
import { type LimiterOptions, RateLimitedError, type RateLimiter } from '../../../src/policies/rate-limit/index.js';
import type { Hold } from '../../../src/policies/rate-limit/meter.js';
import type { ManualClock } from '../../../src/testing/index.js';
import { testRuntime } from '../../../src/testing/index.js';
import { excess, type Given } from './promises.js';

/** Somebody who asked for permits. */
interface Guest {
  readonly number: number;
  readonly weight: number;
  readonly came: number;
  /** The latest time at which it may be served. */
  readonly until: number;
  /** When it was to be served, by the forecast at its arrival. */
  readonly promised: number;
  readonly controller: AbortController;
}

const eps = 1e-3;

/** A limiter under random use, and everything that it gave. */
export class Crowd {
  readonly limiter: RateLimiter;
  readonly #clock: ManualClock;
  readonly #waiting = new Set<Guest>();
  readonly #served: { readonly guest: Guest; readonly at: number }[] = [];
  readonly #given = new Set<Given>();
  readonly #held: { readonly hold: Hold; readonly what: Given }[] = [];
  readonly #moved: number[] = [];
  #hungUntil = 0;
  #eased = false;
  #asked: number | undefined = undefined;
  #begun: number | undefined = undefined;
  #left = 0;
  #refused = 0;
  #came = 0;

  constructor(options: LimiterOptions) {
    const { runtime, clock } = testRuntime();
    this.limiter = runtime.limiters.register('search', options);
    this.#clock = clock;
  }

  async come(weight: number, maxWait: number): Promise<void> {
    const came = this.#clock.now();
    const promised = weight === 1 ? this.limiter.nextPermitAt : Number.NaN;
    this.#asked ??= came;
    const controller = new AbortController();
    const guest = { number: this.#came++, weight, came, until: came + maxWait, promised, controller };
    this.#waiting.add(guest);
    const settled = this.limiter.acquire(weight, { maxWait, signal: controller.signal });
    void settled
      .then(
        () => this.#serve(guest),
        (error) => this.#lose(guest, error),
      )
      .then(() => this.#waiting.delete(guest));
    await this.advance(0);
  }

  async leave(which: number): Promise<void> {
    const guests = [...this.#waiting];
    guests[which % Math.max(1, guests.length)]?.controller.abort();
    this.#eased = true;
    await this.advance(0);
  }

  async giveBack(which: number): Promise<void> {
    const [held] = this.#held.splice(which % Math.max(1, this.#held.length), 1);
    if (held === undefined) return;
    this.#given.delete(held.what);
    this.limiter.giveBack(held.hold);
    this.#eased = true;
    await this.advance(0);
  }

  async change(options: LimiterOptions): Promise<void> {
    this.#move();
    this.limiter.change(options);
    await this.advance(0);
  }

  async drain(): Promise<void> {
    this.#move();
    this.#asked ??= this.#clock.now();
    this.#begun ??= this.#clock.now();
    this.limiter.drain();
    await this.advance(0);
  }

  async advance(duration: number): Promise<void> {
    await this.#clock.advance(duration);
    for (const guest of this.#waiting) this.#proveInTime(guest);
  }

  /** The process is busy: time goes on, but no alarm rings until it is over. */
  async hang(duration: number): Promise<void> {
    this.#clock.skip(duration);
    this.#hungUntil = this.#clock.now();
    await this.advance(0);
  }

  /** After a long time without anybody, all that it said must have come true. */
  async proveAll(promised: Parameters<typeof excess>[0]): Promise<void> {
    await this.advance(3_600_000);
    expect([this.#waiting.size, this.limiter.stats.waiting, this.#clock.pending]).toEqual([0, 0, 0]);
    expect(this.limiter.busy).toBe(false);
    expect(this.#served.length + this.#left + this.#refused).toBe(this.#came);
    const { permitted, waited, rejected } = this.limiter.stats;
    expect([permitted + waited, rejected]).toEqual([this.#served.length, this.#refused]);
    const numbers = this.#served.map(({ guest }) => guest.number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    this.#proveForecasts();
    const record = { given: [...this.#given], asked: this.#asked ?? 0, begun: this.#begun ?? 0 };
    expect(excess(promised, record)).toBeLessThanOrEqual(0);
  }

  /** Nobody is served later than foreseen, unless the terms were changed; nor sooner, unless somebody left or gave back. */
  #proveForecasts(): void {
    for (const { guest, at } of this.#served) {
      const moved = this.#moved.some((time) => time >= guest.came && time <= at);
      if (Number.isNaN(guest.promised) || moved) continue;
      if (!this.#wasHeldUp(guest)) expect(at).toBeLessThanOrEqual(guest.promised + eps);
      if (!this.#eased) expect(at).toBeGreaterThanOrEqual(guest.promised - eps);
    }
  }

  #proveInTime(guest: Guest): void {
    if (!this.#wasHeldUp(guest)) expect(this.#clock.now()).toBeLessThanOrEqual(guest.until + eps);
  }

  /** The process hung while it waited: permits that nobody could take in that time were lost to the line. */
  #wasHeldUp({ came }: Guest): boolean {
    return came <= this.#hungUntil;
  }

  #move(): void {
    this.#moved.push(this.#clock.now());
  }

  #serve(guest: Guest): void {
    const at = this.#clock.now();
    this.#proveInTime(guest);
    this.#begun ??= at;
    this.#served.push({ guest, at });
    const what = { at, weight: guest.weight };
    this.#given.add(what);
    this.#held.push({ what, hold: this.limiter.hold(guest.weight) });
  }

  #lose(guest: Guest, error: unknown): void {
    if (!(error instanceof RateLimitedError)) {
      this.#left++;
      return;
    }
    this.#refused++;
    const now = this.#clock.now();
    const atOnce = now === guest.came || this.#moved.at(-1) === now;
    expect(atOnce).toBe(true); // nobody waits in vain: a refusal comes with the arrival, or with the change that caused it
  }
}
