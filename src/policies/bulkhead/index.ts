export type {
  AdaptiveAlgorithm,
  AdaptiveChoice,
  AdaptiveOptions,
  AimdOptions,
  Gradient2Options,
  VegasOptions,
} from './adaptive/index.js';
export { Bulkhead } from './bulkhead.js';
export type {} from './bulkhead-events.js';
export type { ExecuteOptions, Work } from './bulkhead-execution.js';
export { BulkheadFullError, type FullBulkhead, type FullReason } from './bulkhead-full-error.js';
export { bulkhead } from './bulkhead-kind.js';
export type { BulkheadOptions, BulkheadSizes } from './bulkhead-options.js';
export { BulkheadRegistry } from './bulkhead-registry.js';
export type { BulkheadStats } from './bulkhead-stats.js';
export { BulkheadTimeoutError, type VainWait } from './bulkhead-timeout-error.js';
export type { PriorityChoice } from './rank.js';
export type { QueueOrder } from './waiting-line.js';
export type { Weight } from './weight.js';
