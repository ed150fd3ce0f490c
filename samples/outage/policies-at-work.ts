import type { Runtime } from 'holdfast';

/** What the policies did in some stretch of time, read from counters and events. */
export interface Work {
  readonly retries: number;
  readonly hits: number;
  readonly stale: number;
  readonly waited: number;
  readonly refused: number;
  readonly circuit: string;
}

/** Watches a runtime: the difference between two looks is what happened in between. */
export class PoliciesAtWork {
  readonly moves: string[] = [];
  readonly #runtime: Runtime;
  readonly #startedAt = performance.now();
  #waited = 0;
  #refused = 0;
  #before: Pick<Work, 'retries' | 'hits' | 'stale'> = { retries: 0, hits: 0, stale: 0 };

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    runtime.events.on('circuit.moved', ({ to }) =>
      this.moves.push(`${((performance.now() - this.#startedAt) / 1000).toFixed(1)} s ${to}`),
    );
    runtime.events.on('circuit.waited', () => this.#waited++);
    for (const name of ['circuit.refused', 'bulkhead.refused', 'rateLimit.refused'] as const)
      runtime.events.on(name, () => this.#refused++);
  }

  /** What happened since the last look. */
  look(): Work {
    const now = this.#totals();
    const work = {
      retries: now.retries - this.#before.retries,
      hits: now.hits - this.#before.hits,
      stale: now.stale - this.#before.stale,
      waited: this.#waited,
      refused: this.#refused,
      circuit: this.#runtime.circuits.find('supplier')?.state ?? 'closed',
    };
    this.#before = now;
    this.#waited = 0;
    this.#refused = 0;
    return work;
  }

  #totals(): Pick<Work, 'retries' | 'hits' | 'stale'> {
    const totals = { retries: 0, hits: 0, stale: 0 };
    for (const { policies } of this.#runtime.methods()) {
      for (const { kind, stats } of policies) if (kind === 'retry') totals.retries += stats.retries ?? 0;
    }
    for (const [, { stats }] of this.#runtime.caches.entries()) {
      totals.hits += stats.hits;
      totals.stale += stats.stale;
    }
    return totals;
  }
}
