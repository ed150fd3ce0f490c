import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/index.js';
import { type AdaptiveOptions, adaptiveSettings, newLimit } from '../../../../src/policies/bulkhead/adaptive/index.js';

const limitOf = (given: AdaptiveOptions, maxConcurrent = 200) =>
  newLimit(adaptiveSettings(given, maxConcurrent), seededRandom(1));

/** A limit that tells by its steps what its windows saw: it grows after good ones, and halves after dropped or slow ones. */
const telling = (given: object = {}) =>
  limitOf({ algorithm: 'aimd', initialLimit: 100, backoffRatio: 0.5, timeout: 100, ...given });

/** `count` calls at the same time. */
function at(
  now: number,
  limit: ReturnType<typeof limitOf>,
  count = 10,
  rtt = 50,
  running = 100,
  dropped = false,
): boolean {
  return Array.from({ length: count }, () => limit.sample(rtt, running, dropped, now)).some(Boolean);
}

describe('An adaptive limit', () => {
  it('is judged by windows of one second with ten calls or more', () => {
    const limit = telling();
    expect([at(1000, limit, 10), at(1999, limit, 1), limit.limit]).toEqual([false, false, 100]);
    expect([at(2000, limit, 1), limit.limit]).toEqual([true, 101]);
    expect([at(2999, limit, 20), at(3000, limit, 1), limit.limit]).toEqual([false, true, 102]);
  });

  it('lets a window with too few calls go on, and keeps what it has', () => {
    const limit = telling();
    expect([at(0, limit, 5), at(60_000, limit, 4), limit.limit]).toEqual([false, false, 100]);
    expect([at(120_000, limit, 1), limit.limit]).toEqual([true, 101]);
  });

  it('is judged as often and by as many calls as it is told', () => {
    const limit = telling({ window: '100ms', minSamples: 2 });
    expect([at(0, limit, 1), at(99, limit, 1), at(100, limit, 1), limit.limit]).toEqual([false, false, true, 101]);
    expect([at(200, limit, 1), at(200, limit, 1), limit.limit]).toEqual([false, true, 102]);
  });

  it('averages the times of a window', () => {
    const [slow, fast] = [telling(), telling()];
    at(0, slow, 9, 50);
    at(1000, slow, 1, 551); // 100.1 on average
    at(0, fast, 9, 50);
    at(1000, fast, 1, 549);
    expect([slow.limit, fast.limit]).toEqual([50, 101]);
  });

  it('takes the most that were running in a window, and forgets it with the window', () => {
    const limit = telling();
    at(0, limit, 1, 50, 60);
    at(1000, limit, 9, 50, 1);
    expect(limit.limit).toBe(101);
    expect([at(2000, limit, 10, 50, 50), limit.limit]).toEqual([false, 101]);
  });

  it('takes a window as dropped when one of its calls was, and forgets it with the window', () => {
    const limit = telling();
    at(0, limit, 1, 50, 100, true);
    at(1000, limit, 9);
    expect(limit.limit).toBe(50);
    at(2000, limit, 10);
    expect(limit.limit).toBe(51);
  });

  it('leaves out calls that were too fast to have reached anything, unless they were dropped', () => {
    const limit = telling();
    at(0, limit, 10, 0.09);
    at(1000, limit, 10, Number.NaN);
    expect([at(2000, limit, 9), limit.limit]).toEqual([false, 100]);
    const dropping = telling();
    at(0, dropping, 10, 0, 100, true);
    expect([at(1000, dropping, 1, 0.1), dropping.limit]).toEqual([true, 50]);
  });

  it('says that it changed only when the whole number did', () => {
    const limit = limitOf({ algorithm: 'gradient2', minSamples: 1, queueSize: 2 });
    const changes = Array.from({ length: 7 }, (_, i) => [limit.sample(50, 200, false, i * 1000), limit.limit]);
    // 0.4 more with each window: 20, 20.4, 20.8, 21.2, 21.6, 22, 22.4
    expect(changes.map(([changed]) => changed)).toEqual([false, false, false, true, false, true, false]);
    expect(changes.map(([, now]) => now)).toEqual([20, 20, 20, 21, 21, 22, 22]);
  });

  it('falls no lower than one where nothing else is said, and comes back', () => {
    const limit = telling({ initialLimit: 1 });
    at(0, limit, 10, 50, 1, true);
    at(1000, limit, 1, 50, 1, true);
    expect(limit.limit).toBe(1);
    at(2000, limit, 10, 50, 1);
    expect(limit.limit).toBe(2);
  });

  const odd = [0, -1, 1e-300, 2 ** 31, 1e300, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN];
  const sample = fc.record({
    rtt: fc.oneof(fc.double({ min: 0, max: 10_000, noNaN: true }), fc.constantFrom(...odd)),
    running: fc.oneof(fc.nat(1000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER)),
    dropped: fc.boolean(),
    pause: fc.oneof(fc.nat(2000), fc.constantFrom(-5000, 2 ** 40)),
  });
  const range = fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), fc.nat(300))
    .map(([a, b, c]) => [Math.min(a, b), Math.max(a, b), c] as const)
    .map(([low, high, c]) => ({ minLimit: low, maxConcurrent: high, initialLimit: low + (c % (high - low + 1)) }));
  const smoothing = fc.double({ min: 0.01, max: 1, noNaN: true }).map((share) => ({ smoothing: share }));
  const minSamples = fc.integer({ min: 1, max: 12 });
  it.each([
    ['aimd', fc.constant({})],
    ['vegas', smoothing],
    ['gradient2', smoothing],
  ] as const)('by %s is a whole number within its range whatever it sees', (algorithm, own) => {
    const samples = fc.array(sample, { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(samples, range, own, minSamples, (seen, { maxConcurrent, ...from }, options, least) => {
        const limit = limitOf({ algorithm, ...from, ...options, minSamples: least }, maxConcurrent);
        let [now, before] = [0, limit.limit];
        for (const { rtt, running, dropped, pause } of seen) {
          now += pause;
          const changed = limit.sample(rtt, running, dropped, now);
          expect(Number.isInteger(limit.limit)).toBe(true);
          expect(limit.limit).toBeGreaterThanOrEqual(from.minLimit);
          expect(limit.limit).toBeLessThanOrEqual(maxConcurrent);
          expect(changed).toBe(limit.limit !== before);
          before = limit.limit;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('stays in its range when it goes there by fractions', () => {
    // The sum of two shares of a number is not always that number: at the least limit it was a little less, and came out as one too low.
    for (let smoothing = 0.01; smoothing <= 1; smoothing += 0.01) {
      for (let minLimit = 1; minLimit <= 30; minLimit++) {
        const limit = limitOf({ algorithm: 'vegas', smoothing, minLimit, initialLimit: minLimit, minSamples: 1 });
        for (let now = 0; now < 5000; now += 1000) limit.sample(50, 1, true, now);
        expect(limit.limit).toBe(minLimit);
      }
    }
  });
});
