import { Alarm, runOutside, TimeoutError } from '../../core/index.js';
import type { Circuit, Open } from './circuit.js';
import type { CircuitServices } from './circuit-services.js';
import type { LiveCircuit } from './live-circuit.js';

/**
 * Looks whether the callee is well: it is not when this throws, rejects, or comes to `false`.
 *
 * ```ts
 * const probe = async ({ signal }: ProbedCircuit) => (await fetch('https://api.example.com/health', { signal })).ok;
 * ```
 */
export type Probe = (circuit: ProbedCircuit) => unknown;

/** What a probe is told. */
export interface ProbedCircuit {
  /** The circuit's name. */
  readonly name: string;
  /** What `key` returned where it splits the circuit; undefined where it does not, and for the circuit that keys share for which there was no room. */
  readonly key: unknown;
  /** Aborted when nobody needs the answer any more: the circuit has moved on, time is up, or the runtime is disposed. */
  readonly signal: AbortSignal;
}

/** How often a probe runs where nobody says otherwise. */
export const usualProbeEvery = 5000;

/** Which probe runs, how often, and for which circuit. */
export interface ProbeTerms extends Omit<ProbedCircuit, 'signal'> {
  readonly probe: Probe;
  readonly every: number;
}

/** Runs a probe again and again while a circuit is open, never two at a time; its timer does not keep the process alive. */
export class Probing extends Alarm {
  readonly #terms: ProbeTerms;
  readonly #live: LiveCircuit;
  readonly #services: CircuitServices;
  /** The opening that is probed. */
  #opening: Open | undefined = undefined;
  #unwatch: (() => void) | undefined = undefined;
  /** Ends the probe that runs, also one that was given up and has not settled yet. */
  #running: AbortController | undefined = undefined;

  constructor(terms: ProbeTerms, live: LiveCircuit, services: CircuitServices) {
    super();
    this.#terms = terms;
    this.#live = live;
    this.#services = services;
  }

  override get keepsAlive(): boolean {
    return false;
  }

  /** The earliest time at which a probe may begin the trial: -Infinity while one runs, Infinity where none will. */
  get soonest(): number {
    if (this.#opening === undefined) return Number.POSITIVE_INFINITY;
    return this.#running === undefined || this.#running.signal.aborted ? this.at : Number.NEGATIVE_INFINITY;
  }

  /** Probes an opening, and stops when it is over. */
  follow(circuit: Circuit): void {
    this.stop();
    if (circuit.is === 'open') this.#start(circuit);
  }

  /** Lets go of the opening; whatever the probe that runs comes to says nothing any more. */
  stop(reason?: unknown): void {
    this.#services.clock.disarm(this);
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#opening = undefined;
    this.#running?.abort(reason);
  }

  override ring(): void {
    const { clock } = this.#services;
    const opening = this.#opening;
    if (opening === undefined || this.#live.catchUp() !== opening) return;
    clock.arm(this, clock.now() + this.#terms.every);
    if (this.#running === undefined) runOutside(() => this.#probe(opening));
    else this.#giveUp(this.#running);
  }

  #start(opening: Open): void {
    const { clock, closing } = this.#services;
    if (closing.ending !== undefined) return;
    this.#opening = opening;
    this.#unwatch = closing.watch(({ reason }) => this.stop(reason));
    clock.arm(this, Math.max(clock.now(), opening.since + this.#terms.every)); // it may be noticed late
  }

  #probe(opening: Open): void {
    const running = new AbortController();
    this.#running = running;
    const settled = (passed: boolean, error?: unknown) => {
      this.#running = undefined;
      if (!running.signal.aborted) this.#tell(opening, passed, error);
    };
    this.#ask(running.signal).then(
      (answer) => settled(answer !== false),
      (error) => settled(false, error),
    );
  }

  /** A function that throws has failed like one that rejects. */
  async #ask(signal: AbortSignal): Promise<unknown> {
    const { name, key, probe } = this.#terms;
    return probe({ name, key, signal });
  }

  #giveUp(running: AbortController): void {
    if (running.signal.aborted) return;
    const { name, every } = this.#terms;
    const error = new TimeoutError('attempt', every, { site: `the probe of ${name}` });
    running.abort(error);
    this.#told(false, error);
  }

  #tell(opening: Open, passed: boolean, error: unknown): void {
    if (this.#live.catchUp() !== opening) return;
    this.#told(passed, error);
    if (passed) this.#live.tryAgain(opening);
  }

  /** The key stays here: it may be a customer's, and events go to logs. */
  #told(passed: boolean, error: unknown): void {
    const { name } = this.#terms;
    this.#services.events.emit('circuit.probed', { site: name, circuit: name, passed, error });
  }
}
