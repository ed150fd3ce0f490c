import type { Result } from './load.js';

/** Some times in milliseconds; NaN when there are none. */
export interface Times {
  readonly median: number;
  readonly longest: number;
}

/** A stretch of time. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Tells whether a moment lies in a stretch of time. */
export function isWithin({ from, to }: Stretch, at: number): boolean {
  return at >= from && at < to;
}

/** How long some calls took. */
export function timesOf(results: readonly Result[]): Times {
  const took = results.map((result) => result.took).sort((a, b) => a - b);
  return { median: took[Math.floor(took.length / 2)] ?? Number.NaN, longest: took.at(-1) ?? Number.NaN };
}

/** Times as they stand in a table. */
export function inFigures({ median, longest }: Times): string {
  return Number.isNaN(median) ? '–' : `${median.toFixed(0)}, at most ${longest.toFixed(0)}`;
}
