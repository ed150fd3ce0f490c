import { Registry } from '../../core/index.js';
import { completeLimiter, type LimiterOptions, limiterOptions } from './limiter-options.js';
import { type LimiterStats, together } from './limiter-stats.js';
import { type LimiterServices, type LimiterTerms, limiterTerms } from './limiter-terms.js';
import { RateLimiter } from './rate-limiter.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly limiters: RateLimiterRegistry;
  }
}

/** The rate limiters of one runtime, by name. */
export class RateLimiterRegistry extends Registry<RateLimiter, LimiterOptions> {
  constructor(services: LimiterServices) {
    const termsFor = sharedTerms(services);
    super({
      decorator: '@RateLimit',
      make: (name, given) => new RateLimiter(termsFor(name, given)),
      change: (limiter, given) => limiter.change(given),
      complete: inForce,
      busy: (limiter) => limiter.busy,
    });
  }

  override register(name: string, given: LimiterOptions): RateLimiter {
    return super.register(name, limiterOptions.check(given, name));
  }

  /** How every limiter stands; those that split a name by key in one sum. */
  stats(): Record<string, LimiterStats> {
    const all = [...this.entries()].map(([name, limiter]) => [name, this.#sum(name, limiter)] as const);
    return Object.fromEntries(all);
  }

  #sum(name: string, limiter: RateLimiter): LimiterStats {
    const family = this.keyed(name);
    const split = family === undefined ? [] : [...family.entries()].map(([, member]) => member);
    const overflow = family?.overflow === undefined ? [] : [family.overflow];
    return [...split, ...overflow].map(({ stats }) => stats).reduce(together, limiter.stats);
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
