import type { Clock } from './clock.js';
import type { Duration } from './duration.js';
import type { Lifetime } from './lifetime.js';
import type { Priority } from './priority.js';

/** What all calls of one method in one runtime have in common. */
export interface CallOrigin {
  /** The method as people know it, `Class.method`. */
  readonly site: string;
  readonly clock: Clock;
  /** Ends when what still runs in a disposed runtime is given up. */
  readonly lifetime: Lifetime;
  /** Ends as soon as the runtime is being disposed: nothing waits any longer, what runs may finish. */
  readonly closing: Lifetime;
}

/** What became of a call, for those who ask for it in detail. */
export interface CallReport {
  attempts: number;
  /** Milliseconds spent in waits between attempts. */
  delayed: number;
  from: 'method' | 'cache' | 'stale' | 'dedup' | 'fallback';
}

/** The call as the protected method may see it. */
export interface CurrentCall {
  /** The protected method, `Class.method`. */
  readonly site: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** When the time for this attempt ends, in monotonic milliseconds; Infinity without a limit. */
  readonly deadline: number;
  /** Milliseconds until the deadline, never below 0. */
  readonly remaining: number;
  readonly expired: boolean;
  /** Aborted when this attempt is over before it is done: hand it to whatever you call. */
  readonly signal: AbortSignal;
  /**
   * How much it matters where there is not room for all calls; may be set, and then holds for all its attempts and for the protected calls
   * within it that have none of their own. That of the call around it, or else 'normal'.
   */
  priority: Priority;
  /** Gives the attempt more time than its timeout had; the caller's patience and an outer deadline still hold. */
  extend(duration: Duration): void;
  /** Ends the whole call: it rejects with `reason`, nothing is retried or counted. */
  cancel(reason: unknown): void;
}

/** Whoever limits the time of a call, and can move that limit. */
export interface TimeLimit {
  extend(by: number): void;
}
