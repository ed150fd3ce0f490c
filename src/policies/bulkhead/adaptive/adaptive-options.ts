import {
  count,
  type Duration,
  duration,
  maybe,
  oneOf,
  optional,
  options,
  quantity,
  rate,
  required,
  that,
} from '../../../core/index.js';

/** How a bulkhead finds its limit: an algorithm by its name, or with options of its own. */
export type AdaptiveOptions = AdaptiveAlgorithm | AimdOptions | VegasOptions | Gradient2Options;

/** How a bulkhead finds its limit by itself; false: not at all. */
export type AdaptiveChoice = AdaptiveOptions | false;

/** By which rule a limit follows what it sees. */
export type AdaptiveAlgorithm = 'aimd' | 'vegas' | 'gradient2';

/** What all algorithms share: where the limit starts, how low it may go, and how often it is judged. */
interface SharedOptions {
  /** The limit before anything was seen. @default 20, or the nearest that `minLimit` and `maxConcurrent` allow */
  readonly initialLimit?: number;
  /**
   * The limit never goes below this. Where the algorithms come from it is 20, made for whole servers; one callee of many may have room for fewer, and a
   * limit that cannot go below what the callee bears protects nothing.
   * @default 1
   */
  readonly minLimit?: number;
  /** For how long calls are gathered before the limit is judged by them, from 100 ms to an hour. @default '1s' */
  readonly window?: Duration;
  /** A window with fewer calls goes on until it has so many. @default 10 */
  readonly minSamples?: number;
}

/**
 * Additive increase, multiplicative decrease: one more after each good window, a tenth less after one with a dropped or slow call. Looks at losses
 * alone, so it needs a callee that refuses, or a timeout that tells.
 */
export interface AimdOptions extends SharedOptions {
  readonly algorithm: 'aimd';
  /** A window whose calls took longer than this on average counts as dropped. @default '5s' */
  readonly timeout?: Duration;
  /** What the limit is multiplied with after a drop, from 0.5 to below 1. @default 0.9 */
  readonly backoffRatio?: number;
}

/**
 * As TCP Vegas does: estimates from the shortest time ever seen how many calls queue at the callee, and keeps these few.
 */
export interface VegasOptions extends SharedOptions {
  readonly algorithm: 'vegas';
  /** How far each step goes towards the new limit, above 0 and at most 1. @default 1 */
  readonly smoothing?: number;
  /** The time without load is measured anew after so many windows for each unit of the limit, or down to half as many, by chance. @default 30 */
  readonly probeMultiplier?: number;
}

/** Compares the present time with the average of a long time past: lowers the limit while calls grow slower than they usually are. */
export interface Gradient2Options extends SharedOptions {
  readonly algorithm: 'gradient2';
  /** So many times slower than usual is not slow yet; at least 1. @default 1.5 */
  readonly tolerance?: number;
  /** So many calls may queue at the callee: by this the limit grows. @default 4 */
  readonly queueSize?: number;
  /** How far each step goes towards the new limit, above 0 and at most 1. @default 0.2 */
  readonly smoothing?: number;
  /** Over how many windows the usual time is averaged; at least 10. @default 600 */
  readonly longWindow?: number;
}

const shared = {
  initialLimit: maybe(count({ min: 1 })),
  minLimit: optional(count({ min: 1 }), 1),
  window: optional(duration({ min: 100, max: 3_600_000 }), '1s'),
  minSamples: optional(count({ min: 1 }), 10),
} as const;

/** The options of each algorithm, with their checks and defaults. */
export const optionsOf = {
  aimd: options<AimdOptions>()('@Bulkhead', {
    algorithm: required(oneOf('aimd')),
    ...shared,
    timeout: optional(duration({ min: 1 }), '5s'),
    backoffRatio: optional(that<number>(isBackoff, 'must be a number of at least 0.5 and below 1'), 0.9),
  }),
  vegas: options<VegasOptions>()('@Bulkhead', {
    algorithm: required(oneOf('vegas')),
    ...shared,
    smoothing: optional(rate(), 1),
    probeMultiplier: optional(count({ min: 1 }), 30),
  }),
  gradient2: options<Gradient2Options>()('@Bulkhead', {
    algorithm: required(oneOf('gradient2')),
    ...shared,
    tolerance: optional(quantity({ min: 1 }), 1.5),
    queueSize: optional(count({ min: 1 }), 4),
    smoothing: optional(rate(), 0.2),
    longWindow: optional(count({ min: 10 }), 600),
  }),
} as const;

function isBackoff(value: unknown): boolean {
  return typeof value === 'number' && value >= 0.5 && value < 1;
}
