export { hedge } from './hedge.js';
export type {} from './hedge-events.js';
export type { HedgeOptions, LivePercentile } from './hedge-options.js';
