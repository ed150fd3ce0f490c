import { type Registries, RetryBudgetRegistry, type Services } from '../core/index.js';
import { adaptiveThrottle, ThrottleRegistry } from './adaptive-throttle/index.js';
import { BulkheadRegistry, bulkhead } from './bulkhead/index.js';
import { CacheRegistry, cached, cacheEvict, cachePut } from './cache/index.js';
import { chaos } from './chaos/index.js';
import { CircuitBreakerRegistry, circuitBreaker } from './circuit-breaker/index.js';
import { dedup } from './dedup/index.js';
import { fallback } from './fallback/index.js';
import { hedge } from './hedge/index.js';
import { RateLimiterRegistry, rateLimit } from './rate-limit/index.js';
import { retry } from './retry/index.js';
import { timeout } from './timeout/index.js';

/** Every kind of policy that Holdfast comes with, by its name. */
export const catalogue = {
  adaptiveThrottle,
  bulkhead,
  cacheEvict,
  cachePut,
  cached,
  chaos,
  circuitBreaker,
  dedup,
  fallback,
  hedge,
  rateLimit,
  retry,
  timeout,
} as const;

/** The name of a kind: the same in `@Resilient`, in configuration, in events and metrics. */
export type PolicyKindName = keyof typeof catalogue;

/** Makes the registries of one runtime. */
export function createRegistries(services: Omit<Services, 'registries'>): Registries {
  const circuits = new CircuitBreakerRegistry(services);
  return {
    circuits,
    budgets: new RetryBudgetRegistry(services),
    bulkheads: new BulkheadRegistry(services),
    caches: new CacheRegistry({ ...services, circuits }),
    limiters: new RateLimiterRegistry(services),
    throttles: new ThrottleRegistry(services),
  };
}
