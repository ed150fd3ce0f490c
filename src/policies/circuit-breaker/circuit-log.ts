import type { Circuit, CircuitState } from './circuit.js';
import type { CircuitFigures, LastFailure } from './circuit-stats.js';
import { failed, type Outcome, slow, succeeded } from './outcome.js';

/** One move of a circuit. */
export interface CircuitMove {
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** When, in monotonic milliseconds. */
  readonly at: number;
  /** The figures of the state that was left: those that opened a circuit, or by which its trial ended. */
  readonly figures: CircuitFigures;
}

/** Everything that ever happened to a circuit, in plain counters that only grow. */
export interface CircuitTotals {
  /** Calls that succeeded, also those too late to say anything. */
  readonly successes: number;
  /** Calls that failed, also those too late to say anything. */
  readonly failures: number;
  /** Of the successes, the slow ones. */
  readonly slowSuccesses: number;
  /** Of the failures, the slow ones. */
  readonly slowFailures: number;
  /** Calls that said nothing. */
  readonly ignored: number;
  /** Calls that were refused. */
  readonly rejected: number;
  /** Calls that waited and were let through. */
  readonly waited: number;
}

/** The most moves that are remembered. */
const longest = 100;

/** What a circuit remembers across its states. */
export class CircuitLog {
  readonly totals = {
    successes: 0,
    failures: 0,
    slowSuccesses: 0,
    slowFailures: 0,
    ignored: 0,
    rejected: 0,
  };
  readonly history: CircuitMove[] = [];
  /** Calls refused since the last move. */
  rejected = 0;
  lastFailure: LastFailure | undefined = undefined;
  /** When the last failure said to come back, in monotonic milliseconds. */
  comeBackAt: number | undefined = undefined;
  #moves: Map<string, number> | undefined = undefined; // most circuits never move
  readonly #timeIn: Record<CircuitState, number> = {
    closed: 0,
    open: 0,
    'half-open': 0,
    'forced-open': 0,
    disabled: 0,
    'metrics-only': 0,
  };

  /** Nothing has happened yet. */
  get isEmpty(): boolean {
    return this.history.length === 0 && Object.values(this.totals).every((total) => total === 0);
  }

  count(outcome: Outcome): void {
    const { totals } = this;
    if (outcome === succeeded) totals.successes++;
    else if (outcome & failed) {
      totals.failures++;
      if (outcome & slow) totals.slowFailures++;
    } else {
      totals.successes++;
      totals.slowSuccesses++;
    }
  }

  /** The callee has failed. */
  failed(failure: LastFailure | undefined, comeBackAt: number | undefined): void {
    this.lastFailure = failure;
    this.comeBackAt = comeBackAt;
  }

  refused(): void {
    this.rejected++;
    this.totals.rejected++;
  }

  /** A state was left. */
  left({ is, since }: Circuit, at: number): void {
    this.#timeIn[is] += at - since;
  }

  moved(move: CircuitMove): void {
    this.rejected = 0;
    this.#moves ??= new Map();
    this.#moves.set(`${move.from} ${move.to}`, this.moves(move.from, move.to) + 1);
    this.history.push(move);
    if (this.history.length > longest) this.history.shift();
  }

  /** How often a circuit has moved from one state to another. */
  moves(from: CircuitState, to: CircuitState): number {
    return this.#moves?.get(`${from} ${to}`) ?? 0;
  }

  /** The milliseconds that a circuit has spent in a state. */
  timeIn(state: CircuitState, present: Circuit, now: number): number {
    return this.#timeIn[state] + (present.is === state ? now - present.since : 0);
  }
}
