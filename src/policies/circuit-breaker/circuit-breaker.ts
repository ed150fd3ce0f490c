import type { Clock, Executable, Execute } from '../../core/index.js';
import { type Circuit, type CircuitState, type CircuitTerms, recordingOf } from './circuit.js';
import type { Steerable } from './circuit-control.js';
import { circuitExecutor } from './circuit-execution.js';
import { CircuitLog, type CircuitMove, type CircuitTotals } from './circuit-log.js';
import type { CircuitSettings } from './circuit-options.js';
import type { CircuitServices } from './circuit-services.js';
import { begin, type CircuitSnapshot, type Moment, restored, snapshotOf } from './circuit-snapshot.js';
import { type CircuitFigures, type CircuitStats, figuresOf, passes } from './circuit-stats.js';
import { summaryOf } from './circuit-summary.js';
import { termsOf } from './circuit-terms.js';
import { Gate, type Membership } from './gate.js';
import { LiveCircuit } from './live-circuit.js';

/**
 * A circuit by its name: see how it stands, and steer it.
 *
 * ```ts
 * runtime.circuits.get('github').forceOpen();
 * ```
 */
export class CircuitBreaker implements Steerable {
  readonly name: string;
  /** The moving part, for policies. */
  readonly live: LiveCircuit;
  /** Where calls wait that it does not let through, and are refused; for policies. */
  readonly gate: Gate;
  readonly #services: CircuitServices;
  readonly #clock: Clock;
  readonly #log = new CircuitLog();
  #settings: CircuitSettings;
  #terms: CircuitTerms;
  #execute: Execute | undefined = undefined;

  constructor(name: string, settings: CircuitSettings, services: CircuitServices, membership?: Membership) {
    this.name = name;
    this.#services = services;
    this.#clock = services.clock;
    this.#settings = settings;
    this.#terms = termsOf(settings, name, this.#log, services);
    const listener = {
      mayOpen: () => this.gate.mayOpen(),
      moved: (move: CircuitMove) => this.#moved(move),
      thresholdReached: (figures: CircuitFigures) => {
        const reason = this.live.circuit.is === 'metrics-only' ? 'metrics_only' : 'max_open_keys';
        services.events.emit('circuit.thresholdReached', { site: name, circuit: name, reason, figures });
      },
      placeFreed: () => this.gate.letIn(),
    };
    const first = begin(settings.initialState, this.#clock.now(), this.#terms);
    this.live = new LiveCircuit(first, this.#terms, this.#log, this.#clock, listener);
    this.gate = new Gate(name, membership, this.live, this.#log, services);
    this.gate.change(settings);
    settings.control?.add(this);
  }

  get state(): CircuitState {
    return this.live.catchUp().is;
  }

  get stats(): CircuitStats {
    const circuit = this.live.catchUp();
    const { rejected, lastFailure } = this.#log;
    const { waiting } = this.gate;
    const figures = figuresOf(circuit, this.#clock.now(), this.#terms);
    return { ...figures, rejected, waiting, ...(lastFailure && { lastFailure }), healthy: passes(circuit) };
  }

  /** What became of its calls since it was made, in numbers that only grow. */
  get totals(): CircuitTotals {
    return { ...this.#log.totals, waited: this.gate.admitted };
  }

  /** How often it has moved from one state to another. */
  moves(from: CircuitState, to: CircuitState): number {
    return this.#log.moves(from, to);
  }

  /** The milliseconds that it has spent in a state. */
  timeIn(state: CircuitState): number {
    return this.#log.timeIn(state, this.live.catchUp(), this.#clock.now());
  }

  /** The last 100 moves, the oldest first. */
  get history(): readonly CircuitMove[] {
    this.live.catchUp();
    return [...this.#log.history];
  }

  forceOpen(): void {
    this.#begin('forced-open');
  }

  forceClosed(): void {
    this.#begin('closed');
  }

  disable(): void {
    this.#begin('disabled');
  }

  metricsOnly(): void {
    this.#begin('metrics-only');
  }

  reset(): void {
    this.#log.failed(undefined, undefined);
    this.#begin('closed');
  }

  /** When it opens, and for how long, in a few words. */
  get summary(): string {
    return summaryOf(this.#settings, this.#terms);
  }

  /** Its state in a form that outlives the process. */
  export(): CircuitSnapshot {
    return snapshotOf(this.live.catchUp(), this.#moment());
  }

  /** Takes the state of an exported circuit: a restarted process may start open. */
  import(snapshot: CircuitSnapshot): void {
    this.#become(restored(snapshot, this.#moment(), this.#terms));
  }

  /** Runs a function as a protected method would run: refused while the circuit is open, its outcome counted. */
  execute<T>(fn: Executable<T>, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T> {
    this.#execute ??= circuitExecutor(this, this.#services);
    return this.#execute(fn, signal) as Promise<T>;
  }

  /** Takes other settings: what was recorded is dropped, and a circuit that was used stays in its state. */
  change(settings: CircuitSettings): void {
    const { circuit } = this.live;
    const { control } = this.#settings;
    const state = this.#log.isEmpty ? settings.initialState : circuit.is;
    this.#settings = settings;
    this.#terms = termsOf(settings, this.name, this.#log, this.#services);
    this.live.change(this.#terms);
    this.gate.change(settings);
    if (state !== circuit.is || state === 'closed' || state === 'metrics-only') this.#begin(state);
    if (settings.control !== control) settings.control?.add(this);
  }

  /** Something would be lost with it: calls under way or waiting, an opening, or what somebody has said. */
  get isBusy(): boolean {
    const circuit = this.live.catchUp();
    if (this.gate.waiting > 0 || (recordingOf(circuit)?.inFlight ?? 0) > 0) return true;
    if (circuit.is === 'closed' || circuit.is === 'half-open') return false;
    return circuit.is === 'open' || circuit.is !== this.#settings.initialState;
  }

  #begin(state: CircuitState): void {
    this.#become(begin(state, this.#clock.now(), this.#terms));
  }

  /** Goes over to a state that somebody chose; to be in it already is no move, but another stay. */
  #become(circuit: Circuit): void {
    const { is } = this.live.circuit;
    this.live.become(circuit);
    if (circuit.is === is) this.gate.moved();
  }

  #moment(): Moment {
    return { now: this.#clock.now(), wallNow: this.#clock.wallNow() };
  }

  #moved(move: CircuitMove): void {
    const { events } = this.#services;
    this.gate.note(move.to);
    const { onStateChange } = this.#settings;
    events.emit('circuit.moved', { site: this.name, circuit: this.name, ...move });
    if (onStateChange) events.tell(onStateChange, move, `${this.name} onStateChange`);
    this.gate.moved();
  }
}
