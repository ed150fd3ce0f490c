export { adaptiveCheck, adaptiveFault } from './adaptive-check.js';
export type { AdaptiveLimit } from './adaptive-limit.js';
export type {
  AdaptiveAlgorithm,
  AdaptiveChoice,
  AdaptiveOptions,
  AimdOptions,
  Gradient2Options,
  VegasOptions,
} from './adaptive-options.js';
export { type AdaptiveSettings, adaptiveSettings } from './adaptive-settings.js';
export { newLimit } from './new-limit.js';
