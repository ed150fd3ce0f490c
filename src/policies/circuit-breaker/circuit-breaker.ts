import type { Call, Clock } from '../../core/index.js';
import { type CircuitState, type CircuitTerms, nextMove, recordingOf } from './circuit.js';
import type { Steerable } from './circuit-control.js';
import { type Executable, type Execute, executor } from './circuit-execution.js';
import { CircuitLog, type CircuitMove, type CircuitTotals } from './circuit-log.js';
import { CircuitOpenError } from './circuit-open-error.js';
import type { CircuitSettings } from './circuit-options.js';
import { begin, type CircuitSnapshot, type Moment, restored, snapshotOf } from './circuit-snapshot.js';
import { type CircuitFigures, type CircuitStats, figuresOf, passes } from './circuit-stats.js';
import { summaryOf } from './circuit-summary.js';
import { termsOf } from './circuit-terms.js';
import { type CircuitServices, LiveCircuit } from './live-circuit.js';
import type { AfterWait } from './waiter.js';
import { WaitingRoom } from './waiting-room.js';

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
  readonly #services: CircuitServices;
  readonly #clock: Clock;
  readonly #log = new CircuitLog();
  #room: WaitingRoom | undefined = undefined;
  #settings: CircuitSettings;
  #terms: CircuitTerms;
  #execute: Execute | undefined = undefined;

  constructor(name: string, settings: CircuitSettings, services: CircuitServices) {
    this.name = name;
    this.#services = services;
    this.#clock = services.clock;
    this.#settings = settings;
    this.#terms = termsOf(settings, this.name, this.#log, this.#services.events);
    const listener = {
      moved: (move: CircuitMove) => this.#moved(move),
      thresholdReached: (figures: CircuitFigures) =>
        services.events.emit('circuit.thresholdReached', { site: name, circuit: name, figures }),
      placeFreed: () => this.#room?.letIn(),
    };
    const first = begin(settings.initialState, this.#clock.now(), this.#terms);
    this.live = new LiveCircuit(first, this.#terms, this.#log, this.#clock, listener);
    settings.control?.add(this);
  }

  get state(): CircuitState {
    return this.live.catchUp().is;
  }

  get stats(): CircuitStats {
    const circuit = this.live.catchUp();
    const { rejected, lastFailure } = this.#log;
    const waiting = this.#room?.size ?? 0;
    const figures = figuresOf(circuit, this.#clock.now(), this.#terms);
    return { ...figures, rejected, waiting, ...(lastFailure && { lastFailure }), healthy: passes(circuit) };
  }

  /** What became of its calls since it was made, in numbers that only grow. */
  get totals(): CircuitTotals {
    return { ...this.#log.totals, waited: this.#room?.admitted ?? 0 };
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
    this.#log.lastFailure = undefined;
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
    this.live.become(restored(snapshot, this.#moment(), this.#terms));
  }

  /** Runs a function as a protected method would run: refused while the circuit is open, its outcome counted. */
  execute<T>(fn: Executable<T>, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T> {
    this.#execute ??= executor(this, this.#services);
    return this.#execute(fn, signal) as Promise<T>;
  }

  /** Makes the refusal of one call. */
  refuse(site: string): CircuitOpenError {
    const left = nextMove(this.live.circuit) - this.#clock.now();
    this.#log.refused();
    const retryAfter = Number.isFinite(left) ? Math.max(0, left) : undefined;
    return new CircuitOpenError({ site, circuit: this.name, retryAfter, cause: this.#log.lastFailure?.error });
  }

  /** Lets a call wait until it may go; undefined when that is of no use, or when too many wait already. */
  wait(call: Call, maxWait: number, after: AfterWait): Promise<unknown> | undefined {
    this.#room ??= new WaitingRoom(this.live, this.#clock);
    return this.#room.size < this.#settings.maxQueue ? this.#room.wait(call, maxWait, after) : undefined;
  }

  /** Takes other settings: what was recorded is dropped, and a circuit that was used stays in its state. */
  change(settings: CircuitSettings): void {
    const { circuit } = this.live;
    const { control } = this.#settings;
    const state = this.#log.isEmpty ? settings.initialState : circuit.is;
    this.#settings = settings;
    this.#terms = termsOf(settings, this.name, this.#log, this.#services.events);
    this.live.change(this.#terms);
    if (state !== circuit.is || state === 'closed' || state === 'metrics-only') this.#begin(state);
    if (settings.control !== control) settings.control?.add(this);
  }

  /** Something would be lost with it: calls under way or waiting, an opening, or what somebody has said. */
  get isBusy(): boolean {
    const circuit = this.live.catchUp();
    if ((this.#room?.size ?? 0) > 0 || (recordingOf(circuit)?.inFlight ?? 0) > 0) return true;
    if (circuit.is === 'closed' || circuit.is === 'half-open') return false;
    return circuit.is === 'open' || circuit.is !== this.#settings.initialState;
  }

  #begin(state: CircuitState): void {
    this.live.become(begin(state, this.#clock.now(), this.#terms));
  }

  #moment(): Moment {
    return { now: this.#clock.now(), wallNow: this.#clock.wallNow() };
  }

  #moved(move: CircuitMove): void {
    const { events } = this.#services;
    const { onStateChange } = this.#settings;
    events.emit('circuit.moved', { site: this.name, circuit: this.name, ...move });
    if (onStateChange) events.tell(onStateChange, move, `${this.name} onStateChange`);
    this.#room?.moved(this.live.circuit);
  }
}
