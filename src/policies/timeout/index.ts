export { timeout } from './timeout.js';
export type {} from './timeout-events.js';
export type { TimeLimitOption, TimeoutOptions } from './timeout-options.js';
