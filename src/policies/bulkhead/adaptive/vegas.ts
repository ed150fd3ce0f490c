import type { Random } from '../../../core/index.js';
import type { SettingsOf } from './adaptive-settings.js';
import { type Estimate, within } from './estimate.js';

/** Keeps a few calls queueing at the callee, estimated from how much longer they take than they would without load. */
export class Vegas implements Estimate {
  readonly #settings: SettingsOf<'vegas'>;
  readonly #random: Random;
  #value: number;
  /** The shortest time seen since the last probe. */
  #unloaded = Number.POSITIVE_INFINITY;
  #windows = 0;
  #probeAfter: number;

  constructor(settings: SettingsOf<'vegas'>, random: Random) {
    this.#settings = settings;
    this.#random = random;
    this.#value = settings.initialLimit;
    this.#probeAfter = this.#jittered();
  }

  get value(): number {
    return this.#value;
  }

  update(rtt: number, running: number, dropped: boolean): void {
    if (!dropped && this.#measures(rtt)) return; // a refusal takes no time, and would pass for an answer without load
    const { smoothing } = this.#settings;
    const target = within(this.#settings, this.#target(rtt, running, dropped));
    this.#value = within(this.#settings, (1 - smoothing) * this.#value + smoothing * target);
  }

  /** Takes a window as that without load: the fastest one, and one now and then, for a callee that became slower for good. */
  #measures(rtt: number): boolean {
    const probes = ++this.#windows >= this.#probeAfter * this.#value;
    if (probes) {
      this.#windows = 0;
      this.#probeAfter = this.#jittered();
    }
    if (!probes && rtt >= this.#unloaded) return false;
    this.#unloaded = rtt;
    return true;
  }

  #target(rtt: number, running: number, dropped: boolean): number {
    const value = this.#value;
    const step = digits(value);
    if (dropped) return value - step;
    if (running * 2 < value) return value; // with fewer, nobody knows whether more would do
    const queued = Math.ceil(value * (1 - this.#unloaded / rtt));
    if (queued <= step) return value + 6 * step;
    if (queued < 3 * step) return value + step;
    return queued > 6 * step ? value - step : value;
  }

  /** Windows between probes for each unit of the limit: clients that started together do not probe together. */
  #jittered(): number {
    return this.#settings.probeMultiplier * (0.5 + this.#random.next() / 2);
  }
}

/** The decimal logarithm of a limit as a whole number, at least 1: larger limits move in larger steps. */
function digits(limit: number): number {
  return Math.max(1, Math.floor(Math.log10(limit)));
}
