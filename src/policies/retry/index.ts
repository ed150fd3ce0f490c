export type { Backoff, BackoffFunction, BackoffName, Jitter } from './backoff.js';
export { retry } from './retry.js';
export type { GivenUp } from './retry-events.js';
export type { RetryOptions } from './retry-options.js';
