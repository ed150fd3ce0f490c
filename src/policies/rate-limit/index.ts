export type { AcquireOptions } from './acquire-options.js';
export type { LimiterStats } from './limiter-stats.js';
export type { Algorithm } from './meters.js';
export { rateLimit } from './rate-limit.js';
export type {} from './rate-limit-events.js';
export type { LimiterOptions, RateLimitOptions, Weight } from './rate-limit-options.js';
export { RateLimitedError, type RateLimitRefusal } from './rate-limited-error.js';
export { RateLimiter } from './rate-limiter.js';
export { RateLimiterRegistry } from './rate-limiter-registry.js';
