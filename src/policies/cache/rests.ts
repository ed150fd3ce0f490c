import { LRUCache } from 'lru-cache';
import type { Key } from '../../core/index.js';

/** The longest rest after failures in a row, in milliseconds; only a callee can ask for more. */
export const longestRest = 30_000;

/** How many keys may be at rest at a time: with a store, nobody says which of them it still has. */
const most = 10_000;

interface Rest {
  readonly until: number;
  readonly failures: number;
}

/** Which keys are not to be refreshed for a while, because that has failed: twice as long after each failure in a row. */
export class Rests {
  readonly #rests = new LRUCache<Key, Rest>({ max: most });

  get size(): number {
    return this.#rests.size;
  }

  /** Tells whether a key is at rest. */
  has(key: Key, now: number): boolean {
    const rest = this.#rests.get(key);
    return rest !== undefined && now < rest.until;
  }

  /** Lets a key rest after a failure: for `first` milliseconds at the first one, and at least as long as the callee asked. */
  failed(key: Key, now: number, first: number, asked = 0): void {
    const failures = (this.#rests.get(key)?.failures ?? 0) + 1;
    const rest = Math.min(first * 2 ** (failures - 1), longestRest);
    this.#rests.set(key, { until: now + Math.max(rest, asked), failures });
  }

  forget(key: Key): void {
    if (this.#rests.size > 0) this.#rests.delete(key);
  }

  clear(): void {
    this.#rests.clear();
  }
}
