import type { CircuitBreaker, CircuitState } from '../../policies/circuit-breaker/index.js';
import type { Runtime } from '../../runtime/index.js';
import { type Account, Ledger } from './ledger.js';

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

/** What calls told the circuits of each name. */
export const results = inAll(
  new Ledger({
    successes: ({ totals }: CircuitBreaker) => totals.successes,
    failures: ({ totals }: CircuitBreaker) => totals.failures,
    slowSuccesses: ({ totals }: CircuitBreaker) => totals.slowSuccesses,
    slowFailures: ({ totals }: CircuitBreaker) => totals.slowFailures,
    ignored: ({ totals }: CircuitBreaker) => totals.ignored,
    rejected: ({ totals }: CircuitBreaker) => totals.rejected,
  }),
);

/** The milliseconds that they have spent in each state. */
export const times = inAll(
  new Ledger({
    closed: (circuit: CircuitBreaker) => circuit.timeIn('closed'),
    open: (circuit: CircuitBreaker) => circuit.timeIn('open'),
    'half-open': (circuit: CircuitBreaker) => circuit.timeIn('half-open'),
    'forced-open': (circuit: CircuitBreaker) => circuit.timeIn('forced-open'),
    disabled: (circuit: CircuitBreaker) => circuit.timeIn('disabled'),
    'metrics-only': (circuit: CircuitBreaker) => circuit.timeIn('metrics-only'),
  }),
);

/** How often they have moved, by the word of the move. */
export const moves = inAll(
  new Ledger<CircuitBreaker, string>(
    Object.fromEntries(ways.map((way) => [wordOf(way), (circuit) => circuit.moves(way.from, way.to)])),
  ),
);

/** The accounts of a ledger in several runtimes. */
function inAll<Counter extends string>(ledger: Ledger<CircuitBreaker, Counter>) {
  return (runtimes: readonly Runtime[]): Account<CircuitBreaker, Counter>[] =>
    runtimes.flatMap(({ circuits }) => ledger.accountsOf(circuits));
}
