import {
  type Duration,
  faultOf,
  milliseconds,
  parseDuration,
  type Random,
  that,
  withFields,
} from '../../core/index.js';
import type { LatencyDistribution } from './latency-distribution.js';
import { longestLatency, type Sampler, samplerOf } from './latency-sampler.js';

/** How long something takes: always the same, or drawn anew each time; at most an hour. */
export type Latency = Duration | LatencyDistribution;

const rule = 'must be a duration of at most an hour, or a distribution such as { min, max }';

/** By which distributions that were checked are drawn from. */
const samplers = new WeakMap<LatencyDistribution, Sampler>();

/** Checks a latency; an error names the field of its distribution. */
export function latency() {
  const faultIn = (value: Latency) => (isFixed(value) ? undefined : faultOf(() => noteSampler(value)));
  return withFields(that<Latency>(isLatency, rule), faultIn);
}

/** Draws from a latency, in milliseconds; a fixed one costs no chance. */
export function drawLatency(latency: Latency, random: Random): number {
  if (isFixed(latency)) return milliseconds(latency);
  return (samplers.get(latency) ?? noteSampler(latency))(random);
}

function isLatency(value: unknown): boolean {
  if (typeof value === 'object') return value !== null && !Array.isArray(value);
  const fixed = parseDuration(value);
  return fixed !== undefined && fixed <= longestLatency;
}

function isFixed(latency: Latency): latency is Duration {
  return typeof latency !== 'object';
}

function noteSampler(distribution: LatencyDistribution): Sampler {
  const sampler = samplerOf(distribution);
  samplers.set(distribution, sampler);
  return sampler;
}
