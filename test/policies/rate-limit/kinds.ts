import type { Limit, Limits } from '../../../src/policies/rate-limit/meters.js';

/** One limit, as a meter is given it. */
export function limitOf(algorithm: Limit['algorithm'], limit: number, per: number, burst = limit): Limit {
  return { algorithm, limit, per, burst };
}

const token = limitOf('token-bucket', 4, 400);
const odd = limitOf('token-bucket', 9, 1000, 5);
const sliding = limitOf('sliding-window', 4, 400);
const fixed = limitOf('fixed-window', 4, 400);
const smooth = limitOf('smooth', 7, 1000);
const many = [
  token,
  limitOf('sliding-window', 10, 3000),
  limitOf('smooth', 50, 1000),
  limitOf('fixed-window', 20, 7000),
];

/** Meters of every kind, and mixtures of them; each has room for a weight of 4. */
export const kinds: readonly (readonly [name: string, limits: Limits])[] = [
  ['a token bucket', { all: [token], warmUp: 0 }],
  ['a token bucket of odd terms', { all: [odd], warmUp: 0 }],
  ['a sliding window', { all: [sliding], warmUp: 0 }],
  ['a fixed window', { all: [fixed], warmUp: 0 }],
  ['a smooth one', { all: [smooth], warmUp: 0 }],
  ['two limits', { all: [token, limitOf('sliding-window', 10, 3000)], warmUp: 0 }],
  ['four limits', { all: many, warmUp: 0 }],
  ['a token bucket that warms up', { all: [token], warmUp: 700 }],
  ['a sliding window that warms up', { all: [sliding], warmUp: 50 }],
  ['a fixed window that warms up', { all: [fixed], warmUp: 5000 }],
  ['a smooth one that warms up', { all: [smooth], warmUp: 300 }],
  ['four limits that warm up', { all: many, warmUp: 2000 }],
];

/** The weights of a waiting line. */
export function ahead(...weights: number[]) {
  return Object.assign(weights, { weight: weights.reduce((sum, next) => sum + next, 0) });
}
