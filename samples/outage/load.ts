import { seededRandom } from 'holdfast/testing';
import { callsPerSecond, duration } from './script.js';

/** What is called under load. */
export interface Target {
  item(id: string): Promise<unknown>;
  price(id: string): Promise<unknown>;
  similar(id: string): Promise<readonly unknown[]>;
}

/** One call that has come to its end: when it began, how long it took, and whether it got the supplier's answer. */
export interface Result {
  readonly at: number;
  readonly took: number;
  readonly ok: boolean;
}

/** Calls at a steady pace, whatever becomes of the calls, with the same questions in the same order each time. */
export class Load {
  readonly results: Result[] = [];
  calls = 0;
  readonly #target: Target;
  readonly #random = seededRandom(42);

  constructor(target: Target) {
    this.#target = target;
  }

  /** Runs for as long as the script does; resolves when every call has come to its end. */
  async run(): Promise<void> {
    const startedAt = performance.now();
    const pending: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(duration, (performance.now() - startedAt) / 1000) * callsPerSecond;
        while (this.calls < Math.floor(due)) pending.push(this.#call(startedAt));
        if (due < duration * callsPerSecond) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    await Promise.all(pending);
  }

  async #call(startedAt: number): Promise<void> {
    this.calls++;
    const at = performance.now();
    const ok = await this.#ask().catch(() => false);
    this.results.push({ at: at - startedAt, took: performance.now() - at, ok });
  }

  /** Asks one question; resolves to whether the answer is the supplier's: an empty list is a substitute, and no answer. */
  async #ask(): Promise<boolean> {
    const id = String(Math.floor(this.#random.next() ** 2 * 60));
    const which = this.#random.next();
    if (which < 0.15) return (await this.#target.similar(id)).length > 0;
    await (which < 0.5 ? this.#target.item(id) : this.#target.price(id));
    return true;
  }
}

/** Some calls in two figures. */
export interface Digest {
  /** The share that was answered. */
  readonly ok: number;
  /** What 95 % of them took at most, in milliseconds. */
  readonly p95: number;
}

/** The calls that came in within a stretch of time. */
export function begunWithin(results: readonly Result[], from: number, to: number): Digest {
  return digest(results.filter(({ at }) => at >= from && at < to));
}

/** The calls that came to their end within a stretch of time. */
export function endedWithin(results: readonly Result[], from: number, to: number): Digest {
  return digest(results.filter(({ at, took }) => at + took >= from && at + took < to));
}

function digest(within: readonly Result[]): Digest {
  const took = within.map((result) => result.took).sort((a, b) => a - b);
  return {
    ok: within.length === 0 ? Number.NaN : within.filter(({ ok }) => ok).length / within.length,
    p95: took[Math.ceil(took.length * 0.95) - 1] ?? Number.NaN,
  };
}
