import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencySketch, sketchAccuracy, smallestLatency } from '../../../src/policies/hedge/latency-sketch.js';

/** The quantile by nearest rank, the naive way. */
function sorted(latencies: readonly number[], quantile: number): number {
  if (latencies.length === 0) return Number.POSITIVE_INFINITY;
  const rank = Math.max(1, Math.ceil(quantile * latencies.length));
  return latencies.toSorted((a, b) => a - b)[rank - 1] as number;
}

function expectClose(value: number, exact: number): void {
  if (exact <= smallestLatency || exact === Number.POSITIVE_INFINITY)
    expect(value).toBe(Math.max(exact, smallestLatency));
  else expect(Math.abs(value - exact)).toBeLessThanOrEqual(exact * sketchAccuracy * (1 + 1e-9));
}

const latency = fc.oneof(
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.integer({ min: 0, max: 20 }),
  fc.double({ min: 0, max: 70_000_000, noNaN: true }),
);
const quantile = fc.oneof(fc.constantFrom(0.5, 0.9, 0.95, 0.99, 1), fc.double({ min: 0.001, max: 1, noNaN: true }));

describe('a latency sketch', () => {
  it('is within two per cent of the quantile of the sorted latencies, after each of them', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), quantile, (latencies, q) => {
        const sketch = new LatencySketch(q);
        for (const [index, latency] of latencies.entries()) {
          sketch.add(latency);
          expectClose(sketch.value, sorted(latencies.slice(0, index + 1), q));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('forgets, at each turn, what came before the turn before', () => {
    const stretches = fc.array(fc.array(latency, { maxLength: 30 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(stretches, quantile, (stretches, q) => {
        const sketch = new LatencySketch(q);
        for (const [index, stretch] of stretches.entries()) {
          if (index > 0) sketch.turn();
          for (const latency of stretch) sketch.add(latency);
          const known = [...(stretches[index - 1] ?? []), ...stretch];
          expect([sketch.count, sketch.fresh]).toEqual([known.length, stretch.length]);
          expectClose(sketch.value, sorted(known, q));
        }
      }),
    );
  });

  it.each([
    ['no time at all', 0, smallestLatency],
    ['less than no time, by a clock that was set back', -5000, smallestLatency],
    ['not a number', Number.NaN, smallestLatency],
  ])('takes %s for the smallest latency', (_what, latency, value) => {
    const sketch = new LatencySketch(0.5);
    sketch.add(latency);
    expect(sketch.value).toBe(value);
  });

  it('takes what lasts longer than a day for the longest latency that it knows', () => {
    const sketch = new LatencySketch(0.5);
    sketch.add(Number.POSITIVE_INFINITY);
    expect(sketch.value).toBeGreaterThan(20 * 3_600_000);
    expect(sketch.value).toBeLessThan(24 * 3_600_000);
  });
});
