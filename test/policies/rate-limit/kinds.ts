import { expect } from 'vitest';
import type { Meter } from '../../../src/policies/rate-limit/meter.js';
import type { Limit, Limits } from '../../../src/policies/rate-limit/meters.js';
import { PermitTurns } from '../../../src/policies/rate-limit/permit-turns.js';

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

/** When somebody has so many permits behind those who have waited since then. */
export function readyBehind(meter: Meter, weight: number, now: number, line: readonly number[], since = now): number {
  const turns = new PermitTurns(meter, now, since);
  for (const next of line) turns.join(next);
  const turn = turns.next(weight) as number;
  const [first] = line;
  if (first === undefined) return turn;
  const asked = meter.copy();
  asked.fits(first, now, since); // whoever waits has asked
  const sum = line.reduce((sum, next) => sum + next, 0);
  const summed = asked.readyBehind(sum, weight, now);
  if (summed !== undefined) expect(Math.abs(summed - turn)).toBeLessThan(1e-3);
  return turn;
}
