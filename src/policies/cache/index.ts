export { Cache } from './cache.js';
export type {} from './cache-events.js';
export type { CachedOptions, CacheOptions } from './cache-options.js';
export { CacheRegistry } from './cache-registry.js';
export type { CacheStats } from './cache-stats.js';
export { cached } from './cached.js';
export type { Load, WrapOptions } from './wrapped-load.js';
