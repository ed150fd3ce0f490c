export type { Backoff, BackoffFunction, BackoffName, Jitter } from './backoff.js';
export { retry } from './retry.js';
export type { DelayReason, GivenUp } from './retry-events.js';
export type { RetryOptions, RetryRules } from './retry-options.js';
