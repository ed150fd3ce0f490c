import type { Duration } from '../core/index.js';
import { InvalidOptionsError, type PolicyKind } from '../core/index.js';
import type { AdaptiveThrottleOptions } from '../policies/adaptive-throttle/index.js';
import type { BulkheadOptions } from '../policies/bulkhead/index.js';
import type { CachedOptions, CacheEvictOptions, CachePutOptions } from '../policies/cache/index.js';
import type { ChaosOptions } from '../policies/chaos/index.js';
import type { CircuitBreakerOptions } from '../policies/circuit-breaker/index.js';
import type { DedupOptions } from '../policies/dedup/index.js';
import type { FallbackOptions, FallbackRule } from '../policies/fallback/index.js';
import type { HedgeOptions } from '../policies/hedge/index.js';
import type { RateLimitOptions } from '../policies/rate-limit/index.js';
import type { RetryOptions } from '../policies/retry/index.js';
import type { TimeLimitOption, TimeoutOptions } from '../policies/timeout/index.js';
import type { DeclaredSpec } from './declaration.js';
import { kindOf } from './plan.js';

/** Policies by kind: the options of each, its shorthand, or `false` to take away what a class or preset gives. */
export interface GivenPolicies {
  /** Never together with `circuitBreaker`. */
  readonly adaptiveThrottle?: AdaptiveThrottleOptions | string | false;
  readonly bulkhead?: BulkheadOptions | number | string | false;
  readonly cached?: CachedOptions | Duration | false;
  readonly cacheEvict?: CacheEvictOptions | false;
  readonly cachePut?: CachePutOptions | false;
  readonly chaos?: ChaosOptions | false;
  readonly circuitBreaker?: CircuitBreakerOptions | string | false;
  readonly dedup?: DedupOptions | false;
  readonly fallback?: FallbackOptions | readonly FallbackRule[] | NonNullable<FallbackRule['call']> | false;
  readonly hedge?: HedgeOptions | false;
  readonly rateLimit?: RateLimitOptions | string | false;
  readonly retry?: RetryOptions | number | false;
  readonly timeout?: TimeoutOptions | TimeLimitOption | false;
}

/** Checks policies given by kind. */
export function specsOf(given: GivenPolicies, below?: (...args: never) => unknown): DeclaredSpec[] {
  if (typeof given !== 'object' || given === null) {
    throw new InvalidOptionsError(
      { decorator: '@Resilient', rule: 'takes policies by kind, or the name of a preset', value: given },
      below,
    );
  }
  return Object.entries(given)
    .filter(([, options]) => options !== undefined)
    .map(([name, options]) => specOf(kindOf(name), options, below));
}

/** Reads the options or the shorthand of one kind. */
export function readOptions(kind: PolicyKind, given: unknown, below?: (...args: never) => unknown): object {
  const options = given === undefined || given === true ? {} : (kind.shorthand?.(given) ?? given);
  return kind.options.check(options, undefined, below);
}

/** Checks all that can be checked of the options, or the shorthand, of one policy before there is a method; for those who protect on behalf of others. */
export function policyOptions(name: keyof GivenPolicies, given: unknown): object {
  const kind = kindOf(name);
  const options = readOptions(kind, given);
  kind.options.complete(options, '');
  return options;
}

function specOf(kind: PolicyKind, given: unknown, below?: (...args: never) => unknown): DeclaredSpec {
  return given === false ? { kind, options: {}, removed: true } : { kind, options: readOptions(kind, given, below) };
}
