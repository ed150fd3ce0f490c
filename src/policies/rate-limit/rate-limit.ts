import { InvalidOptionsError, instancesFor, policyKind } from '../../core/index.js';
import { changedLimiter } from './limiter-options.js';
import { ofLimiter, type RateLimitOptions, type RateLimitSettings, rateLimitOptions } from './rate-limit-options.js';
import { RateLimitPolicy } from './rate-limit-policy.js';
import type { RateLimiter } from './rate-limiter.js';
import type { RateLimiterRegistry } from './rate-limiter-registry.js';

/** RateLimit as a kind of policy; `@RateLimit('name')` uses the limiter of that name. */
export const rateLimit = policyKind({
  kind: 'rateLimit',
  decorator: '@RateLimit',
  places: ['rateLimit'],
  options: rateLimitOptions,
  shorthand: (value): RateLimitOptions | undefined => (typeof value === 'string' ? { name: value } : undefined),
  merge: changedLimiter,
  create: (settings, site, services, _place, given) => {
    const { limiters } = services.registries;
    checkKnown(settings, limiters, site.name);
    const instances = instancesFor(limiters, settings, ofLimiter(given), site, services);
    const limiter = limiters.get(instances.name);
    checkFits(settings.weight, limiter, site.name);
    return new RateLimitPolicy(instances, limiter, settings);
  },
});

/** A use without a limit takes the limiter of its name as it is: then there must be one. */
function checkKnown({ name, limit, limits }: RateLimitSettings, limiters: RateLimiterRegistry, site: string): void {
  const says = limit !== undefined || limits !== undefined;
  if (name === undefined || says || limiters.find(name) !== undefined) return;
  const rule = `must be given: no limiter '${name}' is known so far`;
  throw new InvalidOptionsError({ decorator: '@RateLimit', option: 'limit', rule, site });
}

/** A weight that never fits is a mistake, and told when the pipeline is built; that of a function only once it is known. */
function checkFits(weight: RateLimitSettings['weight'], { name, capacity }: RateLimiter, site: string): void {
  if (typeof weight !== 'number' || weight <= capacity) return;
  const rule = `must be at most ${capacity}, the most that '${name}' lets through at once`;
  throw new InvalidOptionsError({ decorator: '@RateLimit', option: 'weight', rule, value: weight, site });
}
