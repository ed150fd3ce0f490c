import type { Duration } from '../../core/index.js';

/** A latency that differs from one time to the next. */
export type LatencyDistribution =
  | FixedLatency
  | UniformLatency
  | NormalLatency
  | LognormalLatency
  | ExponentialLatency
  | ParetoLatency;

/** What is drawn below `min` or above `max` counts as the bound. */
export interface LatencyBounds {
  /** @default 0 */
  readonly min?: Duration;
  /** @default '1h' */
  readonly max?: Duration;
}

/** Always the same. */
export interface FixedLatency {
  readonly distribution: 'fixed';
  readonly value: Duration;
}

/** Anywhere within a range, all of it alike. */
export interface UniformLatency {
  readonly distribution?: 'uniform';
  readonly min: Duration;
  readonly max: Duration;
}

/** Around a mean, as often below as above it. */
export interface NormalLatency extends LatencyBounds {
  readonly distribution: 'normal';
  readonly mean: Duration;
  /** The standard deviation. @default a quarter of the mean */
  readonly deviation?: Duration;
}

/** Mostly near the median, at times many times as long: what services really show. */
export interface LognormalLatency extends LatencyBounds {
  readonly distribution: 'lognormal';
  readonly median: Duration;
  /** What 99 of 100 stay below. @default five times the median */
  readonly p99?: Duration;
}

/** The time until something that happens by chance, at a steady rate. */
export interface ExponentialLatency extends LatencyBounds {
  readonly distribution: 'exponential';
  readonly mean: Duration;
}

/** A heavy tail: mostly little more than the shortest, at times very long. */
export interface ParetoLatency {
  readonly distribution: 'pareto';
  /** The shortest. */
  readonly min: Duration;
  /** How fast the tail thins: with 2, one of a hundred takes ten times as long as the shortest. @default 2 */
  readonly shape?: number;
  /** What is drawn above counts as this. @default '1h' */
  readonly max?: Duration;
}
