import { Alarm, type Call, type Clock, type TimeLimit, TimeoutError } from '../../core/index.js';
import type { TimeoutPolicy } from './timeout-policy.js';

/** One call whose time is running: settles once, with the outcome or when the time is over. */
export class TimedCall extends Alarm implements TimeLimit {
  readonly #policy: TimeoutPolicy;
  readonly #clock: Clock;
  readonly #call: Call;
  #after: number;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #leave: (() => void) | undefined = undefined;
  #over = false;

  constructor(
    policy: TimeoutPolicy,
    clock: Clock,
    call: Call,
    after: number,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#policy = policy;
    this.#clock = clock;
    this.#call = call;
    this.#after = after;
    this.#resolve = resolve;
    this.#reject = reject;
    call.limit = this;
  }

  /** Rejects as soon as the call around ends: that is no timeout. */
  follow(around: Call): void {
    this.#leave = around.watch(({ reason }) => {
      this.#finish();
      this.#reject(reason);
    });
  }

  succeeded(value: unknown): void {
    if (this.#over) return; // late: the caller has its answer
    this.#policy.stats.settled++;
    this.#finish();
    this.#call.release();
    this.#resolve(value);
  }

  failed(error: unknown): void {
    if (this.#over) return;
    this.#policy.stats.settled++;
    this.#finish();
    this.#call.release();
    this.#reject(error);
  }

  override ring(): void {
    const error = new TimeoutError(this.#policy.scope, this.#after, { site: this.#call.site });
    this.#over = true;
    this.#leave?.();
    this.#call.end(error, true);
    this.#policy.struck(this.#call, this.#after);
    this.#reject(error);
  }

  override recheck(): void {
    const { ending } = this.#call;
    if (!ending || this.#over) return;
    this.#finish();
    this.#reject(ending.reason);
  }

  extend(by: number): void {
    if (this.#over) return;
    const { at } = this;
    this.#clock.disarm(this);
    this.#after += by;
    this.#call.due = Math.min(this.#call.forkedFrom?.deadline ?? Number.POSITIVE_INFINITY, at + by);
    this.#clock.arm(this, at + by);
  }

  #finish(): void {
    this.#over = true;
    this.#clock.disarm(this);
    this.#leave?.();
  }
}
