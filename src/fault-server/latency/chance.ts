import type { Random } from '../../core/index.js';

/** How many standard deviations above its mean a normal distribution has 99 of 100 below it. */
const p99Deviations = 2.326_347_874_040_841;

/** Draws evenly from a range; a range of one value costs no chance. */
export function uniform(min: number, max: number, random: Random): number {
  return min === max ? min : min + random.next() * (max - min);
}

/** Draws from a normal distribution (Box–Muller). */
export function normal(mean: number, deviation: number, random: Random): number {
  const distance = Math.sqrt(-2 * Math.log(1 - random.next())); // 1 - next() is never 0, whose logarithm is infinite
  return mean + deviation * distance * Math.cos(2 * Math.PI * random.next());
}

/** Draws from the log-normal distribution with this median and this 99th percentile. */
export function lognormal(median: number, p99: number, random: Random): number {
  return median * Math.exp((Math.log(p99 / median) / p99Deviations) * normal(0, 1, random));
}

/** Draws from an exponential distribution. */
export function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random.next());
}

/** Draws from a Pareto distribution, at least `min`. */
export function pareto(min: number, shape: number, random: Random): number {
  return min * (1 - random.next()) ** (-1 / shape);
}
