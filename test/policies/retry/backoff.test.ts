import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BackoffShape, backoffDelay, longestDelay, parseJitter } from '../../../src/policies/retry/backoff.js';
import { seededRandom, sequence } from '../../../src/testing/index.js';

const shape: BackoffShape = { backoff: 'exponential', delay: 1000, maxDelay: 30_000, multiplier: 2, jitter: 'none' };
const failure = (attempt: number, more = {}) => ({
  attempt,
  error: undefined,
  elapsed: 0,
  previous: shape.delay,
  ...more,
});
const waits = (options: Partial<BackoffShape>, count: number, random = sequence(0.5)) =>
  Array.from({ length: count }, (_, index) => backoffDelay({ ...shape, ...options }, failure(index + 1), random));

describe('backoff', () => {
  it.each([
    ['constant', [1000, 1000, 1000, 1000]],
    ['linear', [1000, 2000, 3000, 4000]],
    ['exponential', [1000, 2000, 4000, 8000]],
    ['fibonacci', [1000, 1000, 2000, 3000]],
  ] as const)('RT15 waits %s: %j', (backoff, expected) => {
    expect(waits({ backoff }, 4)).toEqual(expected);
    expect(waits({ backoff, delay: 0 }, 4)).toEqual([0, 0, 0, 0]);
  });

  it('takes a list as it is, and repeats its last wait', () => {
    expect(waits({ backoff: [5, 10] }, 4)).toEqual([5, 10, 10, 10]);
  });

  it('asks a function, which may leave it to the exponential rule', () => {
    const backoff = (attempt: number, _error: unknown, elapsed: number) =>
      attempt === 2 ? undefined : (`${attempt + elapsed}s` as const);
    expect(waits({ backoff }, 3)).toEqual([1000, 2000, 3000]);
  });

  it.each([
    [0, 0.75],
    [0.4, 0.95],
    [0.6, 1.05],
    [1, 1.25],
  ])('RT16 spreads by a ratio of a quarter: random %d gives %d times the wait', (random, factor) => {
    expect(waits({ backoff: 'constant', jitter: { ratio: 0.25 } }, 1, sequence(random))).toEqual([1000 * factor]);
    expect(waits({ backoff: 'linear', jitter: { ratio: 0.25 } }, 3, sequence(random))[2]).toBeCloseTo(3000 * factor);
  });

  it('spreads full jitter from nothing to the wait, equal jitter over its upper half, and a duration around it', () => {
    expect(waits({ jitter: 'full' }, 1, sequence(0))).toEqual([0]);
    expect(waits({ jitter: 'full' }, 1, sequence(0.25))).toEqual([250]);
    expect(waits({ jitter: 'equal' }, 1, sequence(0))).toEqual([500]);
    expect(waits({ jitter: { around: 200 } }, 1, sequence(0))).toEqual([800]);
    expect(waits({ delay: 100, jitter: { around: 200 } }, 1, sequence(0))).toEqual([0]);
  });

  it('caps after the jitter, so that no wait is ever longer than maxDelay', () => {
    expect(waits({ delay: 1000, maxDelay: 1100, jitter: { ratio: 1 } }, 1, sequence(0.99))).toEqual([1100]);
    expect(waits({ backoff: 'linear', delay: 2000, maxDelay: 123 }, 3)).toEqual([123, 123, 123]); // RT20
  });

  it('RT28 doubles up to the cap', () => {
    expect(waits({ delay: 1, maxDelay: 10 }, 6)).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it('draws decorrelated waits between the delay and three times the previous one', () => {
    const next = (previous: number, random: number) =>
      backoffDelay({ ...shape, backoff: 'decorrelated' }, failure(1, { previous }), sequence(random));
    expect(next(1000, 0)).toBe(1000);
    expect(next(1000, 0.5)).toBe(2000);
    expect(next(20_000, 0.999)).toBe(30_000);
  });

  it('stays a finite number however many attempts there were', () => {
    expect(backoffDelay({ ...shape, jitter: 'full' }, failure(5000), sequence(0))).toBe(0);
    expect(backoffDelay(shape, failure(5000), sequence(0.5))).toBe(30_000);
  });

  it('is never below 0, above maxDelay, or above the longest delay that is announced', () => {
    const jitter = fc.oneof(
      fc.constantFrom('full' as const, 'equal' as const, 'none' as const),
      fc.double({ min: 0, max: 1, noNaN: true }).map((ratio) => ({ ratio })),
    );
    const any = fc.record({
      backoff: fc.constantFrom(
        'exponential' as const,
        'constant' as const,
        'linear' as const,
        'fibonacci' as const,
        'decorrelated' as const,
      ),
      delay: fc.nat(100_000),
      maxDelay: fc.nat(1_000_000),
      multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter,
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 100 }), fc.integer(), (options, attempt, seed) => {
        const wait = backoffDelay(options, failure(attempt, { previous: options.delay }), seededRandom(seed));
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(options.maxDelay, longestDelay(options, attempt)) + 1e-6);
      }),
    );
  });
});

describe('jitter', () => {
  it.each([
    ['full', 'full'],
    [0.3, { ratio: 0.3 }],
    ['50ms', { around: 50 }],
    [1.5, undefined],
    [-0.1, undefined],
    ['lots', undefined],
  ])('reads %j as %j', (given, expected) => {
    expect(parseJitter(given)).toEqual(expected);
  });
});
