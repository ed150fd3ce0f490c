export { build, type MergedSpec, type Plan } from './build.js';
export { compose } from './compose.js';
export type { AnyFunction } from './invoke.js';
export { order, type Place, reorder } from './order.js';
export { type CallStats, Pipeline, type PlacedPolicy } from './pipeline.js';
export type {} from './pipeline-events.js';
