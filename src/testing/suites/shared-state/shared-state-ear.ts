import type { BusListener } from '../../../core/index.js';
import { eventually } from '../eventually.js';
import { type Handle, idle } from './shared-state-trial.js';

/** Hears what comes over a bus. */
export class Ear implements BusListener {
  readonly messages: string[] = [];
  misses = 0;
  readonly #stops: (() => Promise<void>)[] = [];

  static async at({ state }: Handle, channel: string): Promise<Ear> {
    const ear = new Ear();
    ear.#stops.push(await state.bus.subscribe(channel, ear, idle()));
    return ear;
  }

  heard(message: string): void {
    this.messages.push(message);
  }

  missed(): void {
    this.misses++;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  /** Waits until it has heard a message; gives all that it heard. */
  async hears(message: string): Promise<readonly string[]> {
    await eventually(() => this.messages.includes(message), `'${message.slice(0, 40)}' is not heard`);
    return this.messages;
  }

  /** Waits until it is told more often than this that it may have missed something. */
  async missesMoreThan(before: number): Promise<void> {
    await eventually(() => this.misses > before, 'nobody is told that messages may have been missed');
  }
}
