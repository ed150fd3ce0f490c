export type { CachedAnswer, CacheRequest, Send, SentAnswer } from './cache-request.js';
export { HttpCache } from './http-cache.js';
export { checkCacheMode, type HttpCacheMode } from './http-cache-mode.js';
export {
  checkCacheOptions,
  type HttpCacheOptions,
  type HttpCacheSettings,
  type RequestIdentity,
} from './http-cache-options.js';
export type { HttpCacheWorld } from './http-cache-parts.js';
export type { HttpCacheStats } from './http-cache-tally.js';
