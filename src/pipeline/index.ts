export { build, type MergedSpec, type Plan } from './build.js';
export type { AnyFunction } from './invoke.js';
export { order, type Place } from './order.js';
export type { CallStats } from './outcomes.js';
export { Pipeline } from './pipeline.js';
export type {} from './pipeline-events.js';
export type { PlacedPolicy } from './placed-policy.js';
