import { type Making, SummingRegistry } from '../../core/index.js';
import { completeLimiter, type LimiterOptions, limiterOptions } from './limiter-options.js';
import { type LimiterStats, lasting, together } from './limiter-stats.js';
import { type LimiterServices, type LimiterTerms, limiterTerms } from './limiter-terms.js';
import { RateLimiter } from './rate-limiter.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly limiters: RateLimiterRegistry;
  }
}

/** The rate limiters of one runtime, by name. */
export class RateLimiterRegistry extends SummingRegistry<RateLimiter, LimiterOptions, LimiterStats> {
  constructor(services: LimiterServices) {
    const termsFor = sharedTerms(services);
    const making: Making<RateLimiter, LimiterOptions> = {
      decorator: '@RateLimit',
      make: (name, given) => new RateLimiter(termsFor(name, given)),
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

/** The limiters of a name are made from one object of options, however many keys there are: it is completed once. */
function sharedTerms(services: LimiterServices): (name: string, given: LimiterOptions) => LimiterTerms {
  const known = new WeakMap<LimiterOptions, LimiterTerms>();
  return (name, given) => {
    const shared = known.get(given);
    if (shared?.origin.site === name) return shared;
    const terms = limiterTerms(name, given, services);
    known.set(given, terms);
    return terms;
  };
}
