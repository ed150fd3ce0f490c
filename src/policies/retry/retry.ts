import { budgetFor, policyKind } from '../../core/index.js';
import { type RetryOptions, retryOptions } from './retry-options.js';
import { RetryPolicy } from './retry-policy.js';

/** Retry as a kind of policy; `@Retry(4)` is short for `maxAttempts`. */
export const retry = policyKind({
  kind: 'retry',
  decorator: '@Retry',
  places: ['retry'],
  options: retryOptions,
  shorthand: (value): RetryOptions | undefined => (typeof value === 'number' ? { maxAttempts: value } : undefined),
  create: (settings, site, services) => {
    const budget = budgetFor(settings.budget, site, services);
    budget?.feed(site.name, 'retry');
    return new RetryPolicy(settings, budget, services);
  },
});
