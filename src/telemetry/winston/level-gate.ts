import { systemClock } from '../../core/index.js';
import type { Logger } from './logger.js';

/**
 * Tells whether a logger writes a level. Asking winston costs 100 ns, and a line that it then drops 1 000, so the answer is kept:
 * until the logger's level changes, and at most for one turn of the event loop, as transports have levels of their own.
 */
export class LevelGate {
  readonly #logger: Logger;
  readonly #level: string;
  #asked = Number.NaN;
  #under: string | undefined;
  #open = false;

  constructor(logger: Logger, level: string) {
    this.#logger = logger;
    this.#level = level;
  }

  get open(): boolean {
    const now = systemClock.coarse();
    const { level } = this.#logger;
    if (now === this.#asked && level === this.#under) return this.#open;
    this.#asked = now;
    this.#under = level;
    this.#open = this.#logger.isLevelEnabled(this.#level);
    return this.#open;
  }
}
