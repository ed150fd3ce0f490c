import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rejectionRate } from '../../../src/policies/adaptive-throttle/rejection-rate.js';

const terms = { successThreshold: 0.9, minimumCalls: 0, maxRejectionRate: 0.8 };

describe('AT1 the share of calls that is refused', () => {
  it.each([
    ['nothing, above the threshold', 100, 95, 0],
    ['nothing, right at the threshold', 100, 90, 0],
    ['what is beyond the threshold', 120, 90, 20 / 121],
    ['no more than its limit, however little is accepted', 1000, 10, 0.8],
    ['nothing, before anything is known', 0, 0, 0],
    ['no more than its limit, when nothing is accepted', 100, 0, 0.8],
    ['one half, after a single failure', 1, 0, 1 / 2],
  ])('is %s: %d requests, %d accepted', (_what, requests, accepts, rate) => {
    expect(rejectionRate(requests, accepts, terms)).toBe(rate);
  });

  it.each([
    [0.99, 100, 99, 0],
    [0.99, 200, 99, 100 / 201],
    [0.5, 100, 50, 0],
    [0.5, 100, 49, 2 / 101],
    [0.1, 100, 10, 0],
  ])(
    'follows from the success threshold: %d with %d requests and %d accepted',
    (threshold, requests, accepts, rate) => {
      expect(rejectionRate(requests, accepts, { ...terms, successThreshold: threshold })).toBe(rate);
    },
  );

  it('AT3 is nothing below the minimum of calls', () => {
    const careful = { ...terms, minimumCalls: 2 };
    expect(rejectionRate(1, 0, careful)).toBe(0);
    expect(rejectionRate(2, 0, careful)).toBe(2 / 3);
  });

  it('lies between nothing and its limit, grows with what is asked and shrinks with what is accepted', () => {
    const rate = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
    const calls = fc.integer({ min: 0, max: 100_000 });
    const settings = fc.record({ successThreshold: rate(0.99), maxRejectionRate: rate(1), minimumCalls: fc.nat(50) });
    const run = (requests: number, share: number, settings: typeof terms) => {
      const accepts = Math.floor(requests * share);
      const refused = rejectionRate(requests, accepts, settings);
      expect(refused).toBeGreaterThanOrEqual(0);
      expect(refused).toBeLessThanOrEqual(settings.maxRejectionRate);
      expect(rejectionRate(requests + 1, accepts, settings)).toBeGreaterThanOrEqual(refused);
      if (accepts > 0) expect(rejectionRate(requests, accepts - 1, settings)).toBeGreaterThanOrEqual(refused);
    };
    fc.assert(fc.property(calls, fc.double({ min: 0, max: 1, noNaN: true }), settings, run));
  });
});
