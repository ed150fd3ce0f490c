import type { CircuitStats } from '../../policies/circuit-breaker/index.js';
import type { Runtime } from '../../runtime/index.js';
import { labelOf, moves, results, states, times, ways, wordOf } from './circuit-accounts.js';
import type { Metric } from './metric.js';

/** The moves that a circuit makes by itself: told before the first one. Those made by hand are told once there are any. */
const ownWays = ['closed → open', 'open → half-open', 'half-open → open', 'half-open → closed'];

const calls: Metric<'circuit' | 'result' | 'slow'> = {
  type: 'counter',
  name: 'resilience_circuit_calls_total',
  help: 'Calls that came to a circuit, by what their results said of the callee',
  labels: ['circuit', 'result', 'slow'],
  read(runtimes, tell) {
    for (const { name: circuit, total } of results.accountsOf(runtimes)) {
      tell({ circuit, result: 'success', slow: 'false' }, total('successes') - total('slowSuccesses'));
      tell({ circuit, result: 'success', slow: 'true' }, total('slowSuccesses'));
      tell({ circuit, result: 'failure', slow: 'false' }, total('failures') - total('slowFailures'));
      tell({ circuit, result: 'failure', slow: 'true' }, total('slowFailures'));
      tell({ circuit, result: 'ignored', slow: 'false' }, total('ignored'));
      tell({ circuit, result: 'not_permitted', slow: 'false' }, total('rejected'));
    }
  },
};

const failures: Metric<'circuit'> = {
  type: 'counter',
  name: 'resilience_circuit_failures_total',
  help: 'Failures that a circuit has seen',
  labels: ['circuit'],
  read(runtimes, tell) {
    for (const { name: circuit, total } of results.accountsOf(runtimes)) tell({ circuit }, total('failures'));
  },
};

const state: Metric<'circuit' | 'state'> = {
  type: 'gauge',
  name: 'resilience_circuit_state',
  help: 'How many circuits of the name are in the state: 0 or 1 where no key splits it',
  labels: ['circuit', 'state'],
  read(runtimes, tell) {
    for (const { name: circuit, instances } of results.accountsOf(runtimes)) {
      for (const label of Object.values(labelOf)) tell({ circuit, state: label }, 0);
      for (const instance of instances) tell({ circuit, state: labelOf[instance.state] }, 1);
    }
  },
};

const stateSeconds: Metric<'circuit' | 'state'> = {
  type: 'counter',
  name: 'resilience_circuit_state_seconds_total',
  help: 'Seconds that the circuits of the name have spent in the state',
  labels: ['circuit', 'state'],
  read(runtimes, tell) {
    for (const { name: circuit, total } of times.accountsOf(runtimes)) {
      for (const is of states) tell({ circuit, state: labelOf[is] }, total(is) / 1000);
    }
  },
};

const transitions: Metric<'circuit' | 'from' | 'to'> = {
  type: 'counter',
  name: 'resilience_circuit_transitions_total',
  help: 'Moves from one state to another; those made by hand appear with the first one',
  labels: ['circuit', 'from', 'to'],
  read(runtimes, tell) {
    for (const { name: circuit, total } of moves.accountsOf(runtimes)) {
      for (const way of ways) {
        const count = total(wordOf(way));
        if (count === 0 && !ownWays.includes(wordOf(way))) continue;
        tell({ circuit, from: labelOf[way.from], to: labelOf[way.to] }, count);
      }
    }
  },
};

const bufferedCalls: Metric<'circuit'> = {
  type: 'gauge',
  name: 'resilience_circuit_buffered_calls',
  help: 'The results in the present windows and trials',
  labels: ['circuit'],
  read(runtimes, tell) {
    for (const [circuit, stats] of standing(runtimes)) for (const { calls } of stats) tell({ circuit }, calls);
  },
};

/** What is told about CircuitBreaker. */
export const circuitMetrics: readonly Metric[] = [
  calls,
  failures,
  state,
  stateSeconds,
  transitions,
  ratio('failure', 'failures', ({ failureRate }) => failureRate),
  ratio('slow', 'slow calls', ({ slowRate }) => slowRate),
  bufferedCalls,
];

function ratio(name: string, what: string, rateOf: (stats: CircuitStats) => number): Metric<'circuit'> {
  return {
    type: 'gauge',
    aggregator: 'average',
    name: `resilience_circuit_${name}_ratio`,
    help: `The share of ${what} in the present windows and trials; NaN below the minimum of calls`,
    labels: ['circuit'],
    read(runtimes, tell) {
      for (const [circuit, stats] of standing(runtimes)) tell({ circuit }, overall(stats, rateOf));
    },
  };
}

/** How the circuits of each name stand, in whichever runtime. */
function standing(runtimes: readonly Runtime[]): Map<string, CircuitStats[]> {
  const all = new Map<string, CircuitStats[]>();
  for (const { name, instances } of results.accountsOf(runtimes)) {
    all.set(name, [...(all.get(name) ?? []), ...instances.map(({ stats }) => stats)]);
  }
  return all;
}

/** A rate over several circuits, each by the calls that it rests on. */
function overall(stats: readonly CircuitStats[], rateOf: (stats: CircuitStats) => number): number {
  const known = stats.filter((each) => !Number.isNaN(rateOf(each)));
  const calls = known.reduce((sum, each) => sum + each.calls, 0);
  return known.reduce((sum, each) => sum + rateOf(each) * each.calls, 0) / calls;
}
