import type { CircuitBreaker, CircuitState } from '../../policies/circuit-breaker/index.js';
import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';

/** The states of a circuit, as labels. */
export const labelOf: Readonly<Record<CircuitState, string>> = {
  closed: 'closed',
  open: 'open',
  'half-open': 'half_open',
  'forced-open': 'forced_open',
  disabled: 'disabled',
  'metrics-only': 'metrics_only',
};

/** All of them. */
export const states = Object.keys(labelOf) as CircuitState[];

/** A move from one state to another. */
export interface Way {
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/** All moves that there can be. */
export const ways: readonly Way[] = states.flatMap((from) =>
  states.filter((to) => to !== from).map((to) => ({ from, to })),
);

/** A move as one word. */
export function wordOf({ from, to }: Way): string {
  return `${from} → ${to}`;
}

const circuitsOf = ({ circuits }: Runtime) => circuits;

/** What calls told the circuits of each name. */
export const results = new Ledger(circuitsOf, {
  successes: ({ totals }) => totals.successes,
  failures: ({ totals }) => totals.failures,
  slowSuccesses: ({ totals }) => totals.slowSuccesses,
  slowFailures: ({ totals }) => totals.slowFailures,
  ignored: ({ totals }) => totals.ignored,
  rejected: ({ totals }) => totals.rejected,
});

/** The milliseconds that they have spent in each state. */
export const times = new Ledger(circuitsOf, {
  closed: (circuit) => circuit.timeIn('closed'),
  open: (circuit) => circuit.timeIn('open'),
  'half-open': (circuit) => circuit.timeIn('half-open'),
  'forced-open': (circuit) => circuit.timeIn('forced-open'),
  disabled: (circuit) => circuit.timeIn('disabled'),
  'metrics-only': (circuit) => circuit.timeIn('metrics-only'),
});

/** How often they have moved, by the word of the move. */
export const moves = new Ledger(
  circuitsOf,
  Object.fromEntries(ways.map((way) => [wordOf(way), (circuit: CircuitBreaker) => circuit.moves(way.from, way.to)])),
);
