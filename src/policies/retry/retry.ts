import { policyKind } from '../../core/index.js';
import { type RetryOptions, retryOptions } from './retry-options.js';
import { RetryPolicy } from './retry-policy.js';

/** Retry as a kind of policy; `@Retry(4)` is short for `maxAttempts`. */
export const retry = policyKind({
  kind: 'retry',
  decorator: '@Retry',
  places: ['retry'],
  options: retryOptions,
  shorthand: (value): RetryOptions | undefined => (typeof value === 'number' ? { maxAttempts: value } : undefined),
  create: (settings, _site, services) => new RetryPolicy(settings, services),
});
