import type { Result } from './load.js';

/** What a fault came to for the callers of one client. */
export interface Figures {
  /** The share that was answered, of the calls that began during the fault. */
  readonly answered: number;
  /** Requests during the fault, for each call that began during it. */
  readonly requests: number;
  /** Requests for each call over the whole run, recovery included. */
  readonly requestsInAll: number;
  /** How long those took that began during the fault and were answered. */
  readonly timeToAnswer: Times;
  /** How long those took that were not. */
  readonly timeToFailure: Times;
  /** How often the circuit opened during the fault when it was closed. */
  readonly openings: number;
}

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

/** What a client did: its calls, the times of its requests, and how often its circuit opened during the fault. */
export interface Account {
  readonly results: readonly Result[];
  readonly requests: readonly number[];
  readonly openings: number;
}

/** Sums up what a client did, by the calls that began during a fault. */
export function figuresOf({ results, requests, openings }: Account, { from, to }: Stretch): Figures {
  const within = (at: number) => at >= from && at < to;
  const calls = results.filter(({ at }) => within(at));
  const answered = calls.filter((result) => result.answered);
  return {
    answered: answered.length / calls.length,
    requests: requests.filter(within).length / calls.length,
    requestsInAll: requests.length / results.length,
    timeToAnswer: timesOf(answered),
    timeToFailure: timesOf(calls.filter((result) => !result.answered)),
    openings,
  };
}

/** The figures of some clients as a table that can stand in a page. */
export function tableOf(rows: readonly (readonly [fault: string, client: string, figures: Figures])[]): string {
  const lines = rows.map(([fault, client, figures]) => [
    ...[fault, client, `${(figures.answered * 100).toFixed(0)} %`],
    ...[figures.requests.toFixed(2), figures.requestsInAll.toFixed(2)],
    ...[inFigures(figures.timeToAnswer), inFigures(figures.timeToFailure), String(figures.openings)],
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const head = [
  ...['fault', 'client', 'answered', 'requests per call', 'in all'],
  ...['ms to an answer', 'ms to a failure', 'openings'],
];

function timesOf(results: readonly Result[]): Times {
  const took = results.map((result) => result.took).sort((a, b) => a - b);
  return { median: took[Math.floor(took.length / 2)] ?? Number.NaN, longest: took.at(-1) ?? Number.NaN };
}

function inFigures({ median, longest }: Times): string {
  return Number.isNaN(median) ? '–' : `${median.toFixed(0)}, at most ${longest.toFixed(0)}`;
}
