import type { SettingsOf } from './adaptive-settings.js';
import { type Estimate, within } from './estimate.js';
import { LongAverage } from './long-average.js';

/** Lowers the limit by the ratio in which calls take longer than they usually do, and leaves room for a few that queue. */
export class Gradient2 implements Estimate {
  readonly #settings: SettingsOf<'gradient2'>;
  readonly #usual: LongAverage;
  #value: number;

  constructor(settings: SettingsOf<'gradient2'>) {
    this.#settings = settings;
    this.#usual = new LongAverage(settings.longWindow);
    this.#value = settings.initialLimit;
  }

  get value(): number {
    return this.#value;
  }

  update(rtt: number, running: number): void {
    const { tolerance, queueSize, smoothing } = this.#settings;
    const usual = this.#usual.add(rtt);
    if (usual / rtt > 2) this.#usual.scale(0.95); // after a long overload: the average alone would be slow to forget it
    if (running < this.#value / 2) return; // with fewer, nobody knows whether more would do
    const gradient = Math.max(0.5, Math.min(1, (tolerance * usual) / rtt));
    const target = this.#value * gradient + queueSize;
    this.#value = within(this.#settings, this.#value * (1 - smoothing) + target * smoothing);
  }
}
