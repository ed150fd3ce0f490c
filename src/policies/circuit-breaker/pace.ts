import type { Circuit } from './circuit.js';

/** How many of those who waited may be under way at a time, and how many are; begun anew with each trial. */
export interface Pace {
  width: number;
  underway: number;
}

/** The pace at which calls come back at first: as many as a trial takes, or one. */
export function paceAt(circuit: Circuit): Pace {
  return { width: circuit.is === 'half-open' ? circuit.trial.terms.calls : 1, underway: 0 };
}
