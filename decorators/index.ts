import './metadata.js';

export { type PresetName, presets } from '../src/config/index.js';
export {
  type Answer,
  type Bounds,
  type BudgetChoice,
  type BudgetOptions,
  type CallReport,
  Clock,
  type CurrentCall,
  currentCall,
  type Duration,
  type ErrorMatcher,
  type EventBus,
  type EventName,
  type Events,
  InvalidOptionsError,
  isRejected,
  isResilienceError,
  isTransient,
  isUnrepeatable,
  markPermanent,
  markTransient,
  markUnrepeatable,
  type Next,
  type OptionSet,
  type Outcome,
  option,
  type Policy,
  type Priority,
  type Random,
  RejectedError,
  ResilienceError,
  type ResilienceErrorCode,
  type ResilienceInfo,
  RetryBudget,
  RetryBudgetRegistry,
  type RetryBudgetStats,
  RuntimeDisposedError,
  resilienceInfo,
  type Services,
  type Site,
  TimeoutError,
  type TimeoutScope,
} from '../src/core/index.js';
export { order, type Place } from '../src/pipeline/index.js';
export {
  type AdaptiveThrottleOptions,
  Throttle,
  ThrottledError,
  type ThrottleOptions,
  ThrottleRegistry,
  type ThrottleStats,
  type ThrottleTotals,
} from '../src/policies/adaptive-throttle/index.js';
export {
  type AdaptiveAlgorithm,
  type AdaptiveChoice,
  type AdaptiveOptions,
  type AimdOptions,
  Bulkhead as BulkheadInstance,
  BulkheadFullError,
  type BulkheadOptions,
  BulkheadRegistry,
  type BulkheadSizes,
  type BulkheadStats,
  BulkheadTimeoutError,
  type FullReason,
  type Gradient2Options,
  type PriorityChoice,
  type VegasOptions,
} from '../src/policies/bulkhead/index.js';
export {
  type Awaitable,
  Cache,
  type CachedOptions,
  type CacheEntry,
  type CacheEvictOptions,
  CacheMissError,
  type CacheMode,
  type CacheOptions,
  type CachePutOptions,
  CacheRegistry,
  type CacheStats,
  type CacheStore,
  type CallDirections,
  callWith,
  type KeepOptions,
  type Lasts,
  type Load,
  type LoadCircuitOptions,
  type NegativeOptions,
  type Serializer,
  type StoreCall,
  type StoreRetryOptions,
  type StoreSweep,
  type Tags,
  type WrapOptions,
} from '../src/policies/cache/index.js';
export type { ChaosFunction, ChaosOptions } from '../src/policies/chaos/index.js';
export {
  CircuitBreaker as Circuit,
  type CircuitBreakerOptions,
  CircuitBreakerRegistry,
  CircuitControl,
  type CircuitFigures,
  type CircuitMove,
  CircuitOpenError,
  type CircuitOptions,
  type CircuitSnapshot,
  type CircuitState,
  type CircuitStats,
  type Opening,
  type Probe,
  type ProbedCircuit,
} from '../src/policies/circuit-breaker/index.js';
export type { DedupOptions } from '../src/policies/dedup/index.js';
export type {
  FallbackOptions,
  FallbackRule,
  FallbackSource,
  FallbackSourceClass,
} from '../src/policies/fallback/index.js';
export type { HedgeOptions, LivePercentile } from '../src/policies/hedge/index.js';
export {
  type AcquireOptions,
  type Algorithm,
  type LimiterOptions,
  type LimiterStats,
  type LimitOptions,
  RateLimitedError,
  RateLimiter,
  RateLimiterRegistry,
  type RateLimitOptions,
} from '../src/policies/rate-limit/index.js';
export type {
  Backoff,
  BackoffFunction,
  DelayReason,
  GivenUp,
  Jitter,
  RetryOptions,
  RetryRules,
} from '../src/policies/retry/index.js';
export type { TimeLimitOption, TimeoutOptions } from '../src/policies/timeout/index.js';
export {
  type DetailedResult,
  defaultRuntime,
  type ExplainedPolicy,
  type ExplainOptions,
  type Explanation,
  explain,
  type GivenPolicies,
  type KindName,
  type Listener,
  type PreparedMethod,
  type Protected,
  type ProtectOptions,
  protect,
  Runtime,
  type RuntimeOptions,
  setDefaultRuntime,
} from '../src/runtime/index.js';
export { AdaptiveThrottle } from './adaptive-throttle.js';
export type { AsyncMethodDecorator } from './async-method-decorator.js';
export { Bulkhead } from './bulkhead.js';
export { CacheEvict } from './cache-evict.js';
export { CachePut } from './cache-put.js';
export { Cached } from './cached.js';
export { Chaos } from './chaos.js';
export { CircuitBreaker } from './circuit-breaker.js';
export { Dedup } from './dedup.js';
export { definePolicy, type PolicyDefinition } from './define-policy.js';
export { Fallback } from './fallback.js';
export { Hedge } from './hedge.js';
export { RateLimit } from './rate-limit.js';
export { Resilient, type ResilientOptions } from './resilient.js';
export { Retry } from './retry.js';
export { Timeout } from './timeout.js';
