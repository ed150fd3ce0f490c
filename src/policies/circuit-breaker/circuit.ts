import type { Outcome } from './outcome.js';
import { Recording } from './recording.js';
import { reaches, type Thresholds } from './thresholds.js';
import { type Place, Trial, type TrialTerms } from './trial.js';
import type { Window } from './window.js';

/** The states of a circuit, each with what it needs. */
export type Circuit = Closed | Open | HalfOpen | ForcedOpen | Disabled | MetricsOnly;

/** The name of a state. */
export type CircuitState = Circuit['is'];

export const circuitStates = [
  'closed',
  'open',
  'half-open',
  'forced-open',
  'disabled',
  'metrics-only',
] as const satisfies readonly CircuitState[];

/** Calls pass, and their results are looked at. */
export interface Closed {
  readonly is: 'closed';
  readonly since: number;
  readonly recording: Recording;
}

/** Calls are refused until it is time for a trial. */
export interface Open {
  readonly is: 'open';
  readonly since: number;
  readonly until: number;
  /** How long an opening of this number takes. */
  readonly openFor: number;
  /** How often it has opened without closing in between. */
  readonly openings: number;
}

/** A few calls find out how the callee is. */
export interface HalfOpen {
  readonly is: 'half-open';
  readonly since: number;
  readonly openings: number;
  readonly trial: Trial;
}

/** Calls are refused until somebody says otherwise. */
export interface ForcedOpen {
  readonly is: 'forced-open';
  readonly since: number;
}

/** Calls pass, and nobody looks. */
export interface Disabled {
  readonly is: 'disabled';
  readonly since: number;
}

/** Calls pass and their results are looked at, but it never opens. */
export interface MetricsOnly {
  readonly is: 'metrics-only';
  readonly since: number;
  readonly recording: Recording;
}

/** By what a circuit moves. */
export interface CircuitTerms {
  readonly thresholds: Thresholds;
  readonly trial: TrialTerms;
  /** Results are looked at by age, so that adding one needs the time. */
  readonly timed: boolean;
  /** How long a place in a trial is held; undefined: as long as the circuit was open. */
  readonly halfOpenFor: number | undefined;
  /** How long that is after an opening that had no end of its own. */
  readonly halfOpenAtMost: number;
  window(now: number): Window;
  /** How long it opens at a time, for the so many-th time in a row. */
  openFor(openings: number, now: number): number;
  /** When a failure of now says to come back; left out where nobody asks. */
  comeBackAt?(failure: unknown, now: number): number | undefined;
}

export function close(terms: CircuitTerms, now: number): Closed {
  return { is: 'closed', since: now, recording: new Recording(terms.window(now)) };
}

export function open(terms: CircuitTerms, now: number, openings: number): Open {
  const openFor = terms.openFor(openings, now);
  return { is: 'open', since: now, until: now + openFor, openFor, openings };
}

/** Begins a trial, after an opening of so many milliseconds. */
export function beginTrial(terms: CircuitTerms, now: number, openings: number, openFor: number): HalfOpen {
  const lease = terms.halfOpenFor ?? (openFor < Number.POSITIVE_INFINITY ? openFor : terms.halfOpenAtMost);
  return { is: 'half-open', since: now, openings, trial: new Trial(terms.trial, lease) };
}

/** One step of what time alone changes; the same circuit when nothing moves. */
export function advance(circuit: Circuit, now: number, terms: CircuitTerms): Circuit {
  if (circuit.is === 'open' && now >= circuit.until) {
    return beginTrial(terms, circuit.until, circuit.openings, circuit.openFor);
  }
  if (circuit.is !== 'half-open') return circuit;
  const ended = circuit.trial.expire(now);
  return ended === undefined ? circuit : judged(circuit, ended, terms);
}

/** When time alone will change something; Infinity when it will not. */
export function nextMove(circuit: Circuit): number {
  if (circuit.is === 'open') return circuit.until;
  return circuit.is === 'half-open'
    ? (circuit.trial.oldest?.until ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}

/** Tells whether a circuit is open, or tried out by calls under way, and not due to move on. */
export function keepsOut(circuit: Circuit, now: number): boolean {
  const until = nextMove(circuit);
  return now < until && (circuit.is === 'open' || until < Number.POSITIVE_INFINITY);
}

/** Counts the result of a call that needed no place; tells whether that reaches a threshold. */
export function record(
  { recording }: Closed | MetricsOnly,
  outcome: Outcome,
  now: number,
  terms: CircuitTerms,
): boolean {
  recording.add(outcome, now);
  return reaches(recording, terms.thresholds);
}

/** Counts the result of a call that holds a place in the trial. */
export function settle(circuit: HalfOpen, place: Place, outcome: Outcome, now: number, terms: CircuitTerms): Circuit {
  circuit.trial.settle(place, outcome, now);
  return judged(circuit, now, terms);
}

/** What a circuit knows of its calls, in the states in which it looks at them. */
export function recordingOf(circuit: Circuit): Recording | undefined {
  if (circuit.is === 'half-open') return circuit.trial.recording;
  return circuit.is === 'closed' || circuit.is === 'metrics-only' ? circuit.recording : undefined;
}

function judged(circuit: HalfOpen, now: number, terms: CircuitTerms): Circuit {
  const { verdict } = circuit.trial;
  if (verdict === 'passed') return close(terms, now);
  return verdict === 'failed' ? open(terms, now, circuit.openings + 1) : circuit;
}
