/** Why a Retry made no further attempt. */
export type GivenUp = 'max_attempts' | 'max_duration' | 'deadline' | 'retry_after';

declare module '../../core/events.js' {
  interface Events {
    /** Another attempt will start after `delay` ms; `attempt` is the one that just failed. */
    'retry.scheduled': {
      readonly site: string;
      readonly attempt: number;
      readonly delay: number;
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
