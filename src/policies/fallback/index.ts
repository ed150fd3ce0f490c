export { fallback } from './fallback.js';
export type {} from './fallback-events.js';
export type { FallbackOptions, FallbackRule, FallbackSource, FallbackSourceClass } from './fallback-options.js';
