import type { Runtime } from 'holdfast';

const counted = {
  'retry.scheduled': 'retries',
  'cache.hit': 'hits',
  'cache.servedStale': 'stale',
  'dedup.joined': 'merged',
  'circuit.waited': 'waited',
  'circuit.refused': 'refused',
  'rateLimit.refused': 'refused',
  'bulkhead.refused': 'refused',
  'timeout.struck': 'timeouts',
  'fallback.applied': 'fallbacks',
} as const;

/** What the policies did, by the events that told of it. */
export type Work = Record<(typeof counted)[keyof typeof counted], number>;

/** A time in which the circuit was not closed, in seconds since the start. */
export interface Opening {
  readonly at: number;
  trials: number;
  closedAt: number | undefined;
}

/** Watches a runtime: the difference between two looks is what happened in between. */
export class PoliciesAtWork {
  readonly total = nothing();
  readonly openings: Opening[] = [];
  readonly #startedAt = performance.now();
  #before = nothing();

  constructor({ events }: Runtime) {
    for (const [event, name] of Object.entries(counted))
      events.on(event as keyof typeof counted, () => this.total[name]++);
    events.on('circuit.moved', ({ from, to }) => this.#moved(from, to, (performance.now() - this.#startedAt) / 1000));
  }

  /** What happened since the last look. */
  look(): Work {
    const work = difference(this.total, this.#before);
    this.#before = { ...this.total };
    return work;
  }

  #moved(from: string, to: string, at: number): void {
    if (from === 'closed') this.openings.push({ at, trials: 0, closedAt: undefined });
    const opening = this.openings.at(-1);
    if (!opening) return;
    if (to === 'half-open') opening.trials++;
    if (to === 'closed') opening.closedAt = at;
  }
}

function nothing(): Work {
  return Object.fromEntries(Object.values(counted).map((name) => [name, 0])) as Work;
}

function difference(now: Work, before: Work): Work {
  return Object.fromEntries(Object.entries(now).map(([name, n]) => [name, n - before[name as keyof Work]])) as Work;
}
