import { Alarm, type Call, type Outcomes, type TimeLimit, TimeoutError } from '../../core/index.js';
import type { TimeoutPolicy } from './timeout-policy.js';

/** What settles a promise. */
export interface Settlers {
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** One call whose time is running: settles once, with the outcome or when the time is over. Plain fields: one is made per call. */
export class TimedCall extends Alarm implements TimeLimit {
  readonly policy: TimeoutPolicy;
  /** The part of the call that ends when the time is over. */
  readonly call: Call;
  allowed: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly outcomes: Outcomes | undefined;
  leave: (() => void) | undefined = undefined;
  over = false;

  constructor(
    policy: TimeoutPolicy,
    call: Call,
    allowed: number,
    { resolve, reject }: Settlers,
    outcomes: Outcomes | undefined,
  ) {
    super();
    this.policy = policy;
    this.call = call;
    this.allowed = allowed;
    this.resolve = resolve;
    this.reject = reject;
    this.outcomes = outcomes;
    if (policy.scope === 'attempt') call.limit = this;
  }

  /** Rejects as soon as the call around ends: that is no timeout. */
  follow(around: Call): void {
    this.leave = around.watch(({ reason }) => {
      this.#finish();
      this.#refuse(reason);
    });
  }

  succeeded(value: unknown): void {
    if (this.over) {
      this.#late();
      return;
    }
    this.policy.stats.settled++;
    this.#finish();
    this.call.release();
    this.resolve(this.outcomes === undefined ? value : this.outcomes.succeeded(value));
  }

  failed(error: unknown): void {
    if (this.over) {
      this.#late(error);
      return;
    }
    this.policy.stats.settled++;
    this.#finish();
    this.call.release();
    this.#refuse(error);
  }

  override ring(): void {
    const error = new TimeoutError(this.policy.scope, this.allowed, { site: this.call.site });
    this.over = true;
    this.leave?.();
    this.policy.stats.zombies++; // until it settles, or says that whoever ends the method counts it
    this.call.end(error, true, this.policy.stats);
    this.policy.struck(this.call, this.allowed);
    this.#refuse(error);
  }

  override recheck(): void {
    const { ending } = this.call;
    if (!ending || this.over) return;
    this.#finish();
    this.#refuse(ending.reason);
  }

  extend(by: number): void {
    if (this.over) return;
    const { at } = this;
    this.policy.clock.disarm(this);
    this.allowed += by;
    this.call.due = Math.min(this.call.forkedFrom?.deadline ?? Number.POSITIVE_INFINITY, at + by);
    this.policy.clock.arm(this, at + by);
  }

  /** What comes after the end is for nobody: the caller has its answer. */
  #late(error?: unknown): void {
    const { ending } = this.call;
    if (ending?.overrun !== this.policy.stats) return; // it was not this limit that struck
    this.policy.stats.zombies--;
    if (error !== ending.reason) this.policy.stats.late++;
  }

  #refuse(reason: unknown): void {
    this.outcomes?.failed(reason, this.call.forkedFrom);
    this.reject(reason);
  }

  #finish(): void {
    this.over = true;
    this.policy.clock.disarm(this);
    this.leave?.();
  }
}
