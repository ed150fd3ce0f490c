export { dedup } from './dedup.js';
export type {} from './dedup-events.js';
export type { DedupOptions } from './dedup-options.js';
export { DedupPolicy } from './dedup-policy.js';
