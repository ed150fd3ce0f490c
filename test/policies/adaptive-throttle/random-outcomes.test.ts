import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThrottledError, type ThrottleStats } from '../../../src/policies/adaptive-throttle/index.js';
import { throttled } from './throttled.js';

const rates = [0.05, 0.3, 0.5, 0.8, 0.9] as const;

/** One call: it comes so long after the one before, and this is what chance says and what the callee would do. */
const step = fc.record({
  after: fc.constantFrom(0, 0, 1, 40, 100, 900),
  draws: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  does: fc.constantFrom('answer', 'fail', 'fail', 'say nothing'),
});

const scene = fc.record({
  successThreshold: fc.constantFrom(...rates, 0.99),
  maxRejectionRate: fc.constantFrom(...rates, 1),
  minimumCalls: fc.constantFrom(0, 0, 3, 10),
  steps: fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }),
});

type Does = 'answer' | 'fail' | 'say nothing';
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

class Nothing extends Error {}

const callees: Readonly<Record<Does, () => Promise<void>>> = {
  answer: async () => undefined,
  fail: () => Promise.reject(new Error('failed')),
  'say nothing': () => Promise.reject(new Nothing()),
};

/** What one call adds: requests, accepts, and refusals. */
const adds: Readonly<Record<Does | 'be refused', readonly [number, number, number]>> = {
  'be refused': [1, 0, 1],
  answer: [1, 1, 0],
  fail: [1, 0, 0],
  'say nothing': [0, 0, 0],
};

const nothing: ThrottleStats = { requests: 0, accepts: 0, refused: 0, rejectionRate: 0 };

function added(before: ThrottleStats, now: ThrottleStats) {
  return (['requests', 'accepts', 'refused'] as const).map((figure) => now[figure] - before[figure]);
}

/** Plays a scene; every call must do what follows from what was known before it. */
async function play({ steps, ...options }: Scene) {
  const { call, callee, chance, clock, throttle } = throttled({ ...options, window: 1000, ignore: Nothing });
  for (const { after, draws, does } of steps) {
    await clock.advance(after);
    const before = throttle.stats;
    chance.draws = draws;
    callee.does = callees[does];
    const error = await call().catch((error: unknown) => error);
    const now = throttle.stats;
    const isRefused = draws < before.rejectionRate;
    expect(error instanceof ThrottledError).toBe(isRefused);
    expect(added(before, now)).toEqual(adds[isRefused ? 'be refused' : does]);
    expect(now.rejectionRate).toBeLessThanOrEqual(options.maxRejectionRate);
    expect(now.requests).toBeGreaterThanOrEqual(now.accepts + now.refused);
  }
  expect(throttle.totals).toEqual({ passed: callee.calls, refused: steps.length - callee.calls });
  await clock.advance(1000);
  expect([throttle.stats, throttle.isBusy]).toEqual([nothing, false]);
}

describe('a throttle, whatever the callee does and however time passes', () => {
  it('refuses exactly those whom chance puts below its share, which never exceeds the limit, and forgets all in the end', async () => {
    await fc.assert(fc.asyncProperty(scene, play), { numRuns: 150 });
  });
});
