/** Why a Retry made no further attempt. */
export type GivenUp = 'max_attempts' | 'max_duration' | 'deadline' | 'retry_after';

/** Who asked for a wait: the backoff, or the error or result of the attempt. */
export type DelayReason = 'computed' | 'retry_after';

declare module '../../core/events.js' {
  interface Events {
    /** Another attempt will start after `delay` ms; `attempt` is the one that just failed. */
    'retry.scheduled': {
      readonly site: string;
      readonly attempt: number;
      readonly delay: number;
      readonly reason: DelayReason;
      readonly error: unknown;
    };
    /** No further attempt was allowed; `attempt` is the last one. */
    'retry.exhausted': {
      readonly site: string;
      readonly attempt: number;
      readonly error: unknown;
      readonly reason: GivenUp;
    };
  }
}
