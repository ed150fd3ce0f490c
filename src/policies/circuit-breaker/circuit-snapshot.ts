import { InvalidOptionsError } from '../../core/index.js';
import {
  beginTrial,
  type Circuit,
  type CircuitState,
  type CircuitTerms,
  circuitStates,
  close,
  open,
} from './circuit.js';
import { Recording } from './recording.js';

/** The state of a circuit in a form that outlives the process. */
export interface CircuitSnapshot {
  readonly state: CircuitState;
  /** How often it has opened without closing in between; 0 for a closed circuit. */
  readonly openings: number;
  /** When an open circuit is due for a trial, in milliseconds since 1970; null for never. */
  readonly until: number | null;
}

/** Both times of one moment. */
export interface Moment {
  readonly now: number;
  readonly wallNow: number;
}

/** The snapshot of a circuit. */
export function snapshotOf(circuit: Circuit, { now, wallNow }: Moment): CircuitSnapshot {
  const openings = 'openings' in circuit ? circuit.openings : 0;
  const until = circuit.is === 'open' && Number.isFinite(circuit.until) ? wallNow + circuit.until - now : null;
  return { state: circuit.is, openings, until };
}

/** The circuit of a snapshot. */
export function restored(snapshot: CircuitSnapshot, { now, wallNow }: Moment, terms: CircuitTerms): Circuit {
  const fault = faultOf(snapshot);
  if (fault) throw new InvalidOptionsError({ decorator: 'CircuitBreaker.import()', value: snapshot, ...fault });
  const circuit = begin(snapshot.state, now, terms, Math.max(1, snapshot.openings));
  if (circuit.is !== 'open') return circuit;
  return {
    ...circuit,
    until: snapshot.until === null ? Number.POSITIVE_INFINITY : now + Math.max(0, snapshot.until - wallNow),
  };
}

/** A circuit that begins in a state. */
export function begin(state: CircuitState, now: number, terms: CircuitTerms, openings = 1): Circuit {
  switch (state) {
    case 'closed':
      return close(terms, now);
    case 'open':
      return open(terms, now, openings);
    case 'half-open':
      return beginTrial(terms, now, openings, terms.halfOpenFor ?? terms.openFor(openings, now));
    case 'metrics-only':
      return { is: state, since: now, recording: new Recording(terms.window(now)) };
    case 'forced-open':
    case 'disabled':
      return { is: state, since: now };
  }
}

function faultOf(
  snapshot: unknown,
): { readonly rule: string; readonly option?: string; readonly value?: unknown } | undefined {
  if (typeof snapshot !== 'object' || snapshot === null) return { rule: 'takes what export() returned' };
  const { state, openings, until } = snapshot as Record<keyof CircuitSnapshot, unknown>;
  if (!circuitStates.some((known) => known === state)) {
    return {
      option: 'state',
      rule: `must be one of ${circuitStates.map((known) => `'${known}'`).join(', ')}`,
      value: state,
    };
  }
  if (!Number.isSafeInteger(openings) || (openings as number) < 0)
    return { option: 'openings', rule: 'must be a whole number of at least 0', value: openings };
  if (until !== null && !Number.isFinite(until))
    return { option: 'until', rule: 'must be milliseconds since 1970, or null', value: until };
  return undefined;
}
