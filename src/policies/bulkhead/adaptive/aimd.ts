import type { SettingsOf } from './adaptive-settings.js';
import { type Estimate, within } from './estimate.js';

/** One more after each good window, a share less after one with a drop: in whole numbers, as published. */
export class Aimd implements Estimate {
  readonly #settings: SettingsOf<'aimd'>;
  #value: number;

  constructor(settings: SettingsOf<'aimd'>) {
    this.#settings = settings;
    this.#value = settings.initialLimit;
  }

  get value(): number {
    return this.#value;
  }

  update(rtt: number, running: number, dropped: boolean): void {
    const { timeout, backoffRatio } = this.#settings;
    if (dropped || rtt > timeout) this.#become(Math.floor(this.#value * backoffRatio));
    else if (running * 2 >= this.#value) this.#become(this.#value + 1); // with fewer, nobody knows whether more would do
  }

  #become(value: number): void {
    this.#value = within(this.#settings, value);
  }
}
