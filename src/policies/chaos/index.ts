export { chaos } from './chaos.js';
export type {} from './chaos-events.js';
export type { ChaosFunction } from './chaos-function.js';
export type { ChaosOptions } from './chaos-options.js';
