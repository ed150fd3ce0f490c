export { adaptiveThrottle } from './adaptive-throttle.js';
export type { AdaptiveThrottleOptions } from './adaptive-throttle-options.js';
export { Throttle } from './throttle.js';
export type {} from './throttle-events.js';
export type { ThrottleOptions } from './throttle-options.js';
export { ThrottleRegistry } from './throttle-registry.js';
export { type ThrottleStats, type ThrottleTotals, together } from './throttle-stats.js';
export { ThrottledError, type ThrottleRefusal } from './throttled-error.js';
