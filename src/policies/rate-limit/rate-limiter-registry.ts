import { type Making, SummingRegistry } from '../../core/index.js';
import { completeLimiter, type LimiterOptions, limiterOptions } from './limiter-options.js';
import { type LimiterStats, lasting, together } from './limiter-stats.js';
import { type LimiterServices, limiterTerms } from './limiter-terms.js';
import { RateLimiter } from './rate-limiter.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly limiters: RateLimiterRegistry;
  }
}

/** The rate limiters of one runtime, by name. */
export class RateLimiterRegistry extends SummingRegistry<RateLimiter, LimiterOptions, LimiterStats> {
  constructor(services: LimiterServices) {
    const making: Making<RateLimiter, LimiterOptions> = {
      decorator: '@RateLimit',
      make: (name, given, membership) => {
        const main = membership && this.find(name);
        if (main !== undefined) return main.sibling(); // its options may have been changed since they were given
        const members = (): Iterable<RateLimiter> => (this.find(name) === limiter && this.keyed(name)?.all()) || [];
        const limiter: RateLimiter = new RateLimiter(limiterTerms(name, given, services), members);
        return limiter;
      },
      change: (limiter, given) => limiter.change(given),
      complete: inForce,
      busy: (limiter) => limiter.busy,
    };
    super(making, { together, lasting });
  }

  override register(name: string, given: LimiterOptions): RateLimiter {
    return super.register(name, limiterOptions.check(given, name));
  }
}

/** The options as they are in force, to compare two uses by: those of a single limit, or those of several. */
function inForce(given: LimiterOptions, name: string): object {
  const { all, ...shared } = completeLimiter(given, name);
  return given.limits === undefined ? { ...all[0], ...shared } : { limits: all, ...shared };
}
