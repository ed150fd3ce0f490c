import type { Channel, Clock, Events, Executable, Execute, Random, Services, Verdict } from '../../core/index.js';
import { Demand } from './demand.js';
import type { Passage } from './passage.js';
import { percent } from './percent.js';
import { rejectionRate } from './rejection-rate.js';
import { throttleExecutor } from './throttle-execution.js';
import { type ThrottleOptions, type ThrottleSettings, throttleOptions } from './throttle-options.js';
import type { ThrottleStats, ThrottleTotals } from './throttle-stats.js';
import { ThrottledError } from './throttled-error.js';

/** What a throttle needs of the world. */
export type ThrottleServices = Pick<Services, 'clock' | 'events' | 'random' | 'closing' | 'lifetime' | 'captureStacks'>;

/**
 * Refuses the share of calls that a callee would not accept anyway: see how it stands, and run functions behind it.
 *
 * ```ts
 * runtime.throttles.get('search').rejectionRate; // 0 as long as half of the calls succeed
 * ```
 */
export class Throttle {
  readonly name: string;
  readonly #services: ThrottleServices;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #refusals: Channel<Events['throttle.refused']>;
  #given: ThrottleOptions;
  #settings: ThrottleSettings;
  #demand: Demand;
  #passage: Passage;
  #inFlight = 0;
  #passed = 0;
  #refused = 0;
  #execute: Execute | undefined = undefined;

  constructor(name: string, given: ThrottleOptions, services: ThrottleServices) {
    this.name = name;
    this.#services = services;
    this.#clock = services.clock;
    this.#random = services.random;
    this.#refusals = services.events.channel('throttle.refused');
    this.#given = given;
    this.#settings = throttleOptions.complete(given, name);
    this.#demand = this.#nothingAsked();
    this.#passage = this.#into(this.#demand);
  }

  /** The share of calls that are refused at present, from 0 to `maxRejectionRate`. */
  get rejectionRate(): number {
    this.#demand.forward(this.#clock.coarse());
    return rejectionRate(this.#demand.requests, this.#demand.accepts, this.#settings);
  }

  get stats(): ThrottleStats {
    const present = this.rejectionRate;
    const { requests, accepts, refused } = this.#demand;
    return { requests, accepts, refused, rejectionRate: present };
  }

  /** What became of its calls since it was made, in numbers that only grow. */
  get totals(): ThrottleTotals {
    return { passed: this.#passed, refused: this.#refused };
  }

  /** When it refuses calls, in a few words. */
  get summary(): string {
    const { successThreshold, window, maxRejectionRate } = this.#settings;
    const [most, enough] = [percent(maxRejectionRate, 6), percent(successThreshold, 6)];
    return `refuses up to ${most} while fewer than ${enough} succeed in ${window} ms`;
  }

  /** Something would be lost with it: calls under way, or what it knows of a callee that accepts too few. */
  get isBusy(): boolean {
    return this.#inFlight > 0 || this.rejectionRate > 0;
  }

  /** Forgets what was asked and accepted; calls under way say nothing any more. */
  reset(): void {
    this.#demand = this.#nothingAsked();
    this.#passage = this.#into(this.#demand);
  }

  /** Goes on with other options, those not given as before; another window begins empty. */
  change(given: ThrottleOptions): void {
    const { window } = this.#settings;
    this.#given = { ...this.#given, ...throttleOptions.check(given, this.name) };
    this.#settings = throttleOptions.complete(this.#given, this.name);
    if (this.#settings.window !== window) this.reset();
  }

  /** Runs a function as a protected method would run: refused with the others, its outcome counted. */
  execute<T>(fn: Executable<T>, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T> {
    this.#execute ??= throttleExecutor(this, this.#services);
    return this.#execute(fn, signal) as Promise<T>;
  }

  /** Lets a call through, unless it is one of those to be refused; for policies. */
  enter(): Passage | undefined {
    const rate = this.rejectionRate;
    if (rate > 0 && this.#random.next() < rate) return undefined;
    this.#inFlight++;
    this.#passed++;
    if (this.#passage.entered !== this.#demand.present) this.#passage = this.#into(this.#demand);
    return this.#passage;
  }

  /** Counts a refusal, and returns it; for policies. */
  refuse(site: string): ThrottledError {
    const facts = { site, throttle: this.name, rejectionRate: this.rejectionRate };
    const refusal = new ThrottledError(facts, this.#services.captureStacks);
    this.#refused++;
    this.#demand.refuse(this.#clock.coarse());
    if (this.#refusals.heard) this.#refusals.emit(facts);
    return refusal;
  }

  #nothingAsked(): Demand {
    return new Demand(this.#settings.window, this.#clock.coarse());
  }

  /** One for all calls of the present part of the window: what they report counts as long as that is remembered, and nobody has reset it. */
  #into(demand: Demand): Passage {
    const entered = demand.present;
    const settle = (verdict: Verdict) => {
      this.#inFlight--;
      if (verdict !== 'neutral') demand.settle(entered, verdict === 'success', this.#clock.coarse());
    };
    return { entered, settle, succeed: () => settle('success') };
  }
}
