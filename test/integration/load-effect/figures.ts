import type { Result } from '../effect/load.js';
import { inPercent, table } from '../effect/table.js';
import { inFigures, isWithin, type Times, timesOf } from '../effect/times.js';
import { type Importance, importanceOf, importances } from './importance.js';

/** What a stretch of time came to for the callers of one client, and for its server. */
export interface Figures {
  /** The share that was answered, of the calls that began in that time. */
  readonly answered: number;
  /** The same, by how much the calls matter. */
  readonly answeredOf: Readonly<Record<Importance, number>>;
  /** Requests in that time, for each call that began in it. */
  readonly requests: number;
  /** Answers with 429 or 503 in that time, for each call that began in it. */
  readonly refusals: number;
  /** What the server answered in that time, as a share of what it can: the rest of its work was for nobody. */
  readonly used: number;
  /** The share of its requests whose client left before the answer. */
  readonly abandoned: number;
  /** How long those took that were answered. */
  readonly timeToAnswer: Times;
  /** How long those took that were not. */
  readonly timeToFailure: Times;
}

/** What a server has done since its start. */
export interface Counts {
  readonly requests: number;
  readonly answered: number;
  /** Those whose client left before they had an answer. */
  readonly abandoned: number;
}

/** A moment, and what the server had done by then. */
export interface Mark extends Counts {
  readonly at: number;
}

/** What a client did: its calls, and the times of its requests and of refusals by the server; and what that can answer in a second. */
export interface Account {
  readonly capacity: number;
  readonly results: readonly Result[];
  readonly requests: readonly number[];
  readonly refusals: readonly number[];
}

/** Sums up what happened between two moments. */
export function figuresBetween(start: Mark, end: Mark, account: Account): Figures {
  const { capacity, results, requests, refusals } = account;
  const within = (at: number) => isWithin({ from: start.at, to: end.at }, at);
  const calls = results.filter(({ at }) => within(at));
  return {
    answered: shareAnswered(calls),
    answeredOf: byImportance((importance) => calls.filter(({ index }) => importanceOf(index) === importance)),
    requests: requests.filter(within).length / calls.length,
    refusals: refusals.filter(within).length / calls.length,
    used: (end.answered - start.answered) / ((capacity * (end.at - start.at)) / 1000),
    abandoned: (end.abandoned - start.abandoned) / (end.requests - start.requests),
    timeToAnswer: timesOf(calls.filter(({ answered }) => answered)),
    timeToFailure: timesOf(calls.filter(({ answered }) => !answered)),
  };
}

/** What came of a load for some clients, as a table that can stand in a page. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ load, client, onset, standing }) => [
    ...[load, client, inPercent(onset.answered), inPercent(standing.answered)],
    ...[inPercent(standing.used), inPercent(standing.abandoned)],
    ...[standing.requests.toFixed(2), standing.refusals.toFixed(2)],
    ...[inFigures(standing.timeToAnswer), inFigures(standing.timeToFailure)],
    importances.map((importance) => inPercent(standing.answeredOf[importance])).join(', '),
  ]);
  return table(head, lines);
}

/** What came of one load for one client. */
export interface Row {
  readonly load: string;
  readonly client: string;
  readonly onset: Figures;
  readonly standing: Figures;
}

const head = [
  ...['load', 'client', 'answered in the onset', 'answered then', 'used', 'abandoned', 'requests', 'refusals'],
  ...['ms to an answer', 'ms to a failure', 'answered of critical, normal, low'],
];

function byImportance(callsOf: (importance: Importance) => readonly Result[]): Record<Importance, number> {
  const [critical, normal, low] = importances.map((importance) => shareAnswered(callsOf(importance)));
  return { critical, normal, low } as Record<Importance, number>;
}

function shareAnswered(calls: readonly Result[]): number {
  return calls.filter(({ answered }) => answered).length / calls.length;
}
