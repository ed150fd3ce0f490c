import { type Duration, parseDuration } from '../../core/index.js';
import type { ChaosFunction } from './chaos-function.js';

/** A duration; a range, within which any is as likely; or a function that gives the duration, undefined for none. */
export type Latency = Duration | readonly [min: Duration, max: Duration] | ChaosFunction<Duration | undefined>;

/** Milliseconds from the least to the most. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Reads a latency, a duration as a range without width; undefined where it is nothing of the kind. */
export function readLatency(latency: Latency): Range | ChaosFunction<Duration | undefined> | undefined {
  if (typeof latency === 'function') return latency;
  return Array.isArray(latency) ? readRange(latency) : rangeOf(parseDuration(latency), parseDuration(latency));
}

/** The milliseconds at a share of the way through a range. */
export function within({ min, max }: Range, share: number): number {
  return min === max ? min : min + (max - min) * share;
}

function readRange(range: readonly unknown[]): Range | undefined {
  const [min, max] = range.map(parseDuration);
  return range.length === 2 && max !== Number.POSITIVE_INFINITY ? rangeOf(min, max) : undefined;
}

function rangeOf(min: number | undefined, max: number | undefined): Range | undefined {
  return min !== undefined && max !== undefined && min <= max ? { min, max } : undefined;
}
