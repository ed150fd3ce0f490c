import { Alarm, type Call, type Outcomes, type TimeLimit, TimeoutError } from '../../core/index.js';
import type { TimeoutPolicy } from './timeout-policy.js';

/** What settles a promise. */
export interface Settlers {
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** One call whose time is running: settles once, with the outcome or when the time is over. One is made per call: plain fields, as in Call. */
export class TimedCall extends Alarm implements TimeLimit {
  declare readonly policy: TimeoutPolicy;
  /** The part of the call that ends when the time is over. */
  declare readonly call: Call;
  declare allowed: number;
  declare readonly resolve: (value: unknown) => void;
  declare readonly reject: (reason: unknown) => void;
  declare readonly outcomes: Outcomes | undefined;
  declare leave: (() => void) | undefined;
  declare over: boolean;

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
    this.leave = undefined;
    this.over = false;
    if (policy.scope === 'attempt') call.limit = this;
  }

  /** Rejects as soon as the call around ends: that is no timeout. */
  follow(around: Call): void {
    this.leave = around.watch(({ reason }) => {
      finish(this);
      refuse(this, reason);
    });
  }

  succeeded(value: unknown): void {
    if (this.over) {
      late(this);
      return;
    }
    this.policy.stats.settled++;
    finish(this);
    this.call.release();
    this.resolve(this.outcomes === undefined ? value : this.outcomes.succeeded(value));
  }

  failed(error: unknown): void {
    if (this.over) {
      late(this, error);
      return;
    }
    this.policy.stats.settled++;
    finish(this);
    this.call.release();
    refuse(this, error);
  }

  override ring(): void {
    const error = new TimeoutError(this.policy.scope, this.allowed, { site: this.call.site });
    this.over = true;
    this.leave?.();
    this.policy.stats.zombies++; // until it settles, or says that whoever ends the method counts it
    this.call.end(error, true, this.policy.stats);
    this.policy.struck(this.call, this.allowed);
    refuse(this, error);
  }

  override recheck(): void {
    const { ending } = this.call;
    if (!ending || this.over) return;
    finish(this);
    refuse(this, ending.reason);
  }

  extend(by: number): void {
    if (this.over) return;
    const { at } = this;
    this.policy.clock.disarm(this);
    this.allowed += by;
    this.call.due = Math.min(this.call.forkedFrom?.deadline ?? Number.POSITIVE_INFINITY, at + by);
    this.policy.clock.arm(this, at + by);
  }
}

/** What comes after the end is for nobody: the caller has its answer. */
function late({ call, policy }: TimedCall, error?: unknown): void {
  const { ending } = call;
  if (ending?.overrun !== policy.stats) return; // it was not this limit that struck
  policy.stats.zombies--;
  if (error !== ending.reason) policy.stats.late++;
}

function refuse({ outcomes, call, reject }: TimedCall, reason: unknown): void {
  outcomes?.failed(reason, call.forkedFrom);
  reject(reason);
}

function finish(timed: TimedCall): void {
  timed.over = true;
  timed.policy.clock.disarm(timed);
  timed.leave?.();
}
