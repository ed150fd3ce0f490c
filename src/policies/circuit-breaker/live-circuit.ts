import type { Clock } from '../../core/index.js';
import {
  advance,
  beginTrial,
  type Circuit,
  type CircuitTerms,
  type Closed,
  close,
  type HalfOpen,
  type MetricsOnly,
  type Open,
  open,
  record,
  settle,
} from './circuit.js';
import type { CircuitListener } from './circuit-listener.js';
import type { CircuitLog } from './circuit-log.js';
import { figuresOf } from './circuit-stats.js';
import { failed, type Outcome, succeeded } from './outcome.js';
import { type Passage, unwatched } from './passage.js';
import type { Recording } from './recording.js';
import type { Place } from './trial.js';

/** A circuit in motion: lets calls through, hears what became of them, and moves. */
export class LiveCircuit {
  readonly #log: CircuitLog;
  readonly #clock: Clock;
  readonly #listener: CircuitListener;
  #terms: CircuitTerms;
  #circuit: Circuit;
  /** What calls are let through with, and where they are recorded, while none of them needs a place of its own. */
  #passage: Passage | undefined = undefined;
  #recording: Recording | undefined = undefined;

  constructor(circuit: Circuit, terms: CircuitTerms, log: CircuitLog, clock: Clock, listener: CircuitListener) {
    this.#log = log;
    this.#clock = clock;
    this.#listener = listener;
    this.#terms = terms;
    this.#circuit = circuit;
    this.#set(circuit);
  }

  /** The circuit as somebody saw it last: what is due may not have happened. */
  get circuit(): Circuit {
    return this.#circuit;
  }

  /** Lets a call through, if it may. */
  enter(): Passage | undefined {
    const recording = this.#recording;
    if (recording === undefined) return this.#enterOtherwise();
    recording.inFlight++;
    return this.#passage;
  }

  /** Makes happen what is due by now; returns the present circuit. */
  catchUp(now = this.#clock.now()): Circuit {
    let next = advance(this.#circuit, now, this.#terms);
    while (next !== this.#circuit) {
      this.#moveOn(next);
      next = advance(this.#circuit, now, this.#terms);
    }
    return this.#circuit;
  }

  /** Begins the trial of an opening before its time, unless it is over. */
  tryAgain(opening: Open): void {
    const now = this.#clock.now();
    if (this.catchUp(now) === opening) this.become(beginTrial(this.#terms, now, opening.openings, opening.openFor));
  }

  /** Goes over to another state: who is in the old one says nothing about the new. */
  become(next: Circuit): void {
    const left = this.#circuit;
    const figures = figuresOf(left, next.since, this.#terms);
    this.#set(next);
    this.#log.left(left, next.since);
    if (left.is === next.is) return;
    const move = { from: left.is, to: next.is, at: next.since, figures };
    this.#log.moved(move);
    this.#listener.moved(move);
  }

  /** Moves by other terms from now on. */
  change(terms: CircuitTerms): void {
    this.#terms = terms;
  }

  #set(circuit: Circuit): void {
    const watched = circuit.is === 'closed' || circuit.is === 'metrics-only';
    this.#circuit = circuit;
    this.#recording = watched ? circuit.recording : undefined;
    this.#passage = watched ? this.#shared(circuit) : undefined;
  }

  #enterOtherwise(): Passage | undefined {
    const now = this.#clock.now();
    const circuit = this.catchUp(now);
    if (circuit.is === 'disabled') return unwatched;
    if (circuit.is !== 'half-open') return this.#recording && this.enter(); // who was told of a move may have closed it
    const place = circuit.trial.enter(now);
    return place && this.#holding(circuit, place);
  }

  /** One for all calls of a state: what they report is counted there, and says something only while the circuit is still in it. */
  #shared(circuit: Closed | MetricsOnly): Passage {
    const log = this.#log;
    const { totals } = log;
    const { recording } = circuit;
    const succeed = () => {
      recording.inFlight--;
      totals.successes++;
      if (this.#circuit === circuit) this.#record(circuit, succeeded, undefined);
    };
    const settle = (outcome: Outcome, error: unknown, value?: unknown) => {
      recording.inFlight--;
      log.count(outcome);
      if (this.#circuit === circuit) this.#record(circuit, outcome, error, value);
    };
    const ignore = () => {
      recording.inFlight--;
      log.totals.ignored++;
      if (this.#circuit === circuit) recording.window.ignore(this.#windowNow());
    };
    return { succeed, settle, ignore };
  }

  /** For one call that holds a place in a trial. */
  #holding(circuit: HalfOpen, place: Place): Passage {
    const report = (outcome: Outcome, error: unknown, value?: unknown) => {
      const now = this.#clock.now();
      this.#log.count(outcome);
      if (this.catchUp(now) !== circuit || !circuit.trial.holds(place)) return;
      if (outcome & failed) this.#failed(now, error, value);
      const next = settle(circuit, place, outcome, now, this.#terms);
      if (next !== circuit) this.#moveOn(next);
    };
    const ignore = () => {
      const now = this.#clock.now();
      this.#log.totals.ignored++;
      if (this.catchUp(now) !== circuit || !circuit.trial.holds(place)) return;
      circuit.trial.giveBack(place, now);
      this.#listener.placeFreed();
    };
    return { succeed: () => report(succeeded, undefined), settle: report, ignore };
  }

  #record(circuit: Closed | MetricsOnly, outcome: Outcome, error: unknown, value?: unknown): void {
    const now = outcome & failed ? this.#failed(this.#clock.now(), error, value) : undefined;
    if (!record(circuit, outcome, this.#windowNow(), this.#terms)) return;
    if (circuit.is === 'closed' && this.#listener.mayOpen())
      this.become(open(this.#terms, now ?? this.#clock.now(), 1));
    else if (!circuit.recording.alarmed) this.#alarm(circuit);
  }

  #failed(at: number, error: unknown, value: unknown): number {
    this.#log.failed({ at, error }, this.#terms.comeBackAt?.(error ?? value, at));
    return at;
  }

  #alarm(circuit: Closed | MetricsOnly): void {
    circuit.recording.alarmed = true;
    this.#listener.thresholdReached(figuresOf(circuit, this.#clock.now(), this.#terms));
  }

  /** Goes where time or a trial has led: a circuit that may not open again after a trial closes. */
  #moveOn(next: Circuit): void {
    const left = this.#circuit;
    const heldBack = next.is === 'open' && left.is === 'half-open' && !this.#listener.mayOpen();
    const figures = heldBack && figuresOf(left, next.since, this.#terms);
    this.become(heldBack ? close(this.#terms, next.since) : next);
    if (figures) this.#listener.thresholdReached(figures);
  }

  /** Only a window of time asks for it. */
  #windowNow(): number {
    return this.#terms.timed ? this.#clock.coarse() : 0;
  }
}
