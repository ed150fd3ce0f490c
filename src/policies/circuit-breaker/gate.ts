import type { Call } from '../../core/index.js';
import { type Circuit, type CircuitState, keepsOut, nextMove } from './circuit.js';
import type { CircuitLog } from './circuit-log.js';
import { CircuitOpenError } from './circuit-open-error.js';
import type { CircuitSettings } from './circuit-options.js';
import type { CircuitServices } from './circuit-services.js';
import type { LiveCircuit } from './live-circuit.js';
import type { OpenKeys, Standing } from './open-keys.js';
import type { Passage } from './passage.js';
import { Probing, usualProbeEvery } from './probing.js';
import type { AfterWait } from './waiter.js';
import { type Door, WaitingRoom } from './waiting-room.js';

/** Where a circuit stands that is one of those which split a name by key. */
export interface Membership {
  readonly key: unknown;
  /** Which of them are open. */
  readonly openKeys: OpenKeys;
}

/** What goes on before a circuit that lets no call through: calls wait or are refused, and a probe looks whether the callee is well. */
export class Gate implements Door, Standing {
  readonly #name: string;
  readonly #membership: Membership | undefined;
  readonly #live: LiveCircuit;
  readonly #log: CircuitLog;
  readonly #services: CircuitServices;
  #maxQueue = 0;
  #maxOpenKeys: number | undefined = undefined;
  #room: WaitingRoom | undefined = undefined;
  #probing: Probing | undefined = undefined;

  constructor(
    name: string,
    membership: Membership | undefined,
    live: LiveCircuit,
    log: CircuitLog,
    services: CircuitServices,
  ) {
    this.#name = name;
    this.#membership = membership;
    this.#live = live;
    this.#log = log;
    this.#services = services;
    this.note(live.circuit.is);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#room?.size ?? 0;
  }

  /** How many have waited and were let in. */
  get admitted(): number {
    return this.#room?.admitted ?? 0;
  }

  /** Goes on by other settings. */
  change({ maxQueue, maxOpenKeys, probe, probeEvery: every = usualProbeEvery }: CircuitSettings): void {
    const { key } = this.#membership ?? {};
    this.#maxQueue = maxQueue;
    this.#maxOpenKeys = maxOpenKeys;
    this.#probing?.stop();
    this.#probing = probe && new Probing({ name: this.#name, key, probe, every }, this.#live, this.#services);
    this.#probing?.follow(this.#live.circuit);
  }

  /** Whether it may open, as far as the circuits of other keys go. */
  mayOpen(): boolean {
    if (this.#membership === undefined || this.#maxOpenKeys === undefined) return true;
    return this.#membership.openKeys.admits(this, this.#maxOpenKeys);
  }

  /** Its circuit has gone over to a state: first of all the others are to know. */
  note(state: CircuitState): void {
    this.#membership?.openKeys.note(this, state);
  }

  get keepsOut(): boolean {
    return keepsOut(this.#live.circuit, this.#services.clock.now());
  }

  /** The circuit is another now. */
  moved(): void {
    this.#probing?.follow(this.#live.circuit);
    this.#room?.moved(this.#live.circuit);
  }

  /** A place in the trial has come free. */
  letIn(): void {
    this.#room?.letIn();
  }

  /** Lets a call wait until it may go; undefined when that is of no use, or when too many wait already. */
  wait(call: Call, maxWait: number, after: AfterWait): Promise<unknown> | undefined {
    this.#room ??= new WaitingRoom(this, this.#services.clock);
    return this.#room.size < this.#maxQueue ? this.#room.wait(call, maxWait, after) : undefined;
  }

  /** Makes the refusal of one call. */
  refuse(site: string): CircuitOpenError {
    const { clock, captureStacks } = this.#services;
    const left = this.soonest - clock.now();
    this.#log.refused();
    const retryAfter = Number.isFinite(left) ? Math.max(0, left) : undefined;
    const refusal = { site, circuit: this.#name, retryAfter, cause: this.#log.lastFailure?.error };
    return new CircuitOpenError(refusal, captureStacks);
  }

  get soonest(): number {
    return Math.min(nextMove(this.#live.circuit), this.#probing?.soonest ?? Number.POSITIVE_INFINITY);
  }

  catchUp(): Circuit {
    return this.#live.catchUp();
  }

  enter(): Passage | undefined {
    return this.#live.enter();
  }
}
