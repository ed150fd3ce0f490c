import { seededRandom } from 'holdfast/testing';
import { callsPerSecond, phases } from './script.js';

/** What is called under load. */
export interface Target {
  item(id: string): Promise<unknown>;
  price(id: string): Promise<unknown>;
}

/** One call that has its answer: when it began, how long it took, whether it was one. */
export interface Answer {
  readonly at: number;
  readonly took: number;
  readonly ok: boolean;
}

const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);

/** Calls at a steady pace, whatever becomes of the calls, with the same questions in the same order each time. */
export class Load {
  readonly answers: Answer[] = [];
  calls = 0;
  readonly #target: Target;
  readonly #random = seededRandom(42);

  constructor(target: Target) {
    this.#target = target;
  }

  /** Runs for as long as the script does; resolves when every call has its answer. */
  async run(): Promise<void> {
    const startedAt = performance.now();
    const pending: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(seconds, (performance.now() - startedAt) / 1000) * callsPerSecond;
        while (this.calls < Math.floor(due)) pending.push(this.#call(startedAt));
        if (due < seconds * callsPerSecond) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    await Promise.all(pending);
  }

  async #call(startedAt: number): Promise<void> {
    this.calls++;
    const at = performance.now();
    const id = String(Math.floor(this.#random.next() ** 2 * 60));
    const asked = this.#random.next() < 0.4 ? this.#target.item(id) : this.#target.price(id);
    const ok = await asked.then(
      () => true,
      () => false,
    );
    this.answers.push({ at: at - startedAt, took: performance.now() - at, ok });
  }
}

/** Some calls in two figures. */
export interface Digest {
  /** The share that had an answer. */
  readonly ok: number;
  /** What 95 % of them took at most, in milliseconds. */
  readonly p95: number;
}

/** The calls that came in within a stretch of time. */
export function begunWithin(answers: readonly Answer[], from: number, to: number): Digest {
  return digest(answers.filter(({ at }) => at >= from && at < to));
}

/** The calls that were answered, or given up, within a stretch of time. */
export function endedWithin(answers: readonly Answer[], from: number, to: number): Digest {
  return digest(answers.filter(({ at, took }) => at + took >= from && at + took < to));
}

function digest(within: readonly Answer[]): Digest {
  const took = within.map((answer) => answer.took).sort((a, b) => a - b);
  return {
    ok: within.length === 0 ? Number.NaN : within.filter(({ ok }) => ok).length / within.length,
    p95: took[Math.ceil(took.length * 0.95) - 1] ?? Number.NaN,
  };
}
