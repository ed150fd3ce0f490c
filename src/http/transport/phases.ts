import { Alarm, type Clock } from '../../core/index.js';
import type { TimedPhase } from '../errors/index.js';
import type { PhaseLimits } from '../wire.js';

/**
 * What goes through phases that each may take so long without any progress. One alarm serves them all, and looks for progress only when it
 * rings: so phases cost next to nothing as long as they are short, and one that stands still is told of after one to two times its limit, or
 * exactly after it where `moved` says when it last moved.
 */
export abstract class Phases extends Alarm {
  protected readonly clock: Clock;
  readonly #limits: PhaseLimits;
  #phase: TimedPhase | undefined;
  #since = 0;
  #seen = 0;

  constructor(clock: Clock, limits: PhaseLimits) {
    super();
    this.clock = clock;
    this.#limits = limits;
  }

  override get keepsAlive(): boolean {
    return false;
  }

  /** The phase that it is in. */
  protected get phase(): TimedPhase | undefined {
    return this.#phase;
  }

  /** How far it has come; where it differs from before, there was progress. */
  protected abstract progress(phase: TimedPhase): number;

  /** Tells whether it is another's fault that there is no progress. */
  protected abstract excused(phase: TimedPhase): boolean;

  /** It stood still for too long. */
  protected abstract strike(phase: TimedPhase): void;

  /** Begins a phase, or begins it anew. */
  protected enter(phase: TimedPhase): void {
    this.#phase = phase;
    this.#since = this.clock.now();
    this.#seen = this.progress(phase);
    this.#watch();
  }

  /** There is progress, now. */
  protected moved(): void {
    this.#since = this.clock.coarse();
  }

  /** Watches no longer, until the next phase begins. */
  protected rest(): void {
    this.#phase = undefined;
    this.clock.disarm(this);
  }

  override ring(): void {
    const phase = this.#phase;
    if (phase === undefined) return;
    const seen = this.#seen;
    this.#seen = this.progress(phase);
    if (this.#seen !== seen || this.excused(phase)) this.#since = this.clock.now();
    if (this.#due() > this.clock.now()) this.#watch();
    else this.strike(phase);
  }

  /** An alarm that comes too early looks again; one that would come too late is put forward. */
  #watch(): void {
    const due = this.#due();
    if (due === Number.POSITIVE_INFINITY || (this.home && this.at <= due)) return;
    this.clock.disarm(this);
    this.clock.arm(this, due);
  }

  #due(): number {
    return this.#phase === undefined ? Number.POSITIVE_INFINITY : this.#since + this.#limits[this.#phase];
  }
}
