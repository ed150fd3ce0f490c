import type { Clock } from '../../core/index.js';

interface Kept {
  readonly record: object;
  readonly until: number;
}

/** What a memory state remembers, each thing until its end. */
export class MemoryRecords {
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  #serial = 0;
  #sweepAt = 1000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    this.#sweep();
    return this.#kept.size;
  }

  now(): number {
    return this.#clock.now();
  }

  /** A number greater than all before. */
  next(): number {
    return ++this.#serial;
  }

  find<Found extends object>(key: string): Found | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.until > this.now()) return kept?.record as Found | undefined;
    this.#kept.delete(key);
    return undefined;
  }

  /** Keeps a thing up to a moment. */
  keep(key: string, record: object, until: number): void {
    this.#kept.set(key, { record, until });
    if (this.#kept.size >= this.#sweepAt) this.#sweepAt = 1000 + 2 * this.size;
  }

  drop(key: string): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }

  #sweep(): void {
    const now = this.now();
    for (const [key, { until }] of this.#kept) if (until <= now) this.#kept.delete(key);
  }
}

/** Names a thing so that it meets no other. */
export function recordKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
