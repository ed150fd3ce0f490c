import type { Result } from '../effect/load.js';
import { inPercent, table } from '../effect/table.js';
import { inFigures, isWithin, type Stretch, type Times, timesOf } from '../effect/times.js';

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

/** What a client did: its calls, the times of its requests, and how often its circuit opened during the fault. */
export interface Account {
  readonly results: readonly Result[];
  readonly requests: readonly number[];
  readonly openings: number;
}

/** Sums up what a client did, by the calls that began during a fault. */
export function figuresOf({ results, requests, openings }: Account, fault: Stretch): Figures {
  const within = (at: number) => isWithin(fault, at);
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
    ...[fault, client, inPercent(figures.answered)],
    ...[figures.requests.toFixed(2), figures.requestsInAll.toFixed(2)],
    ...[inFigures(figures.timeToAnswer), inFigures(figures.timeToFailure), String(figures.openings)],
  ]);
  return table(head, lines);
}

const head = [
  ...['fault', 'client', 'answered', 'requests per call', 'in all'],
  ...['ms to an answer', 'ms to a failure', 'openings'],
];
