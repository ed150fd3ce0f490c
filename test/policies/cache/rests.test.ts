import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestRest, Rests } from '../../../src/policies/cache/rests.js';

describe('the rests after failed refreshes', () => {
  it('double with each failure in a row, up to the longest', () => {
    const rests = new Rests();
    const lengths = Array.from({ length: 7 }, () => {
      rests.failed('a', 0, 1000);
      return [1000, 2000, 4000, 8000, 16_000, 30_000, 30_001].find((now) => !rests.has('a', now));
    });
    expect(lengths).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('last as long as the callee asked, even longer than the longest', () => {
    const rests = new Rests();
    rests.failed('a', 0, 1000, 500);
    expect([rests.has('a', 999), rests.has('a', 1000)]).toEqual([true, false]);
    rests.failed('b', 0, 1000, 90_000);
    expect([rests.has('b', 89_999), rests.has('b', 90_000)]).toEqual([true, false]);
  });

  it('are forgotten with the key, one by one or all', () => {
    const rests = new Rests();
    for (const key of ['a', 'b', 'c']) rests.failed(key, 0, 1000);
    rests.forget('a');
    expect([rests.has('a', 0), rests.has('b', 0), rests.size]).toEqual([false, true, 2]);
    rests.failed('a', 0, 1000);
    expect(rests.has('a', 1000)).toBe(false); // it started over
    rests.clear();
    expect(rests.size).toBe(0);
  });

  it('always end, and never before the first rest is over', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.nat(1e6),
        (now, first, failures, asked) => {
          const rests = new Rests();
          for (let failure = 0; failure < failures; failure++) rests.failed('a', now, first, asked);
          expect(rests.has('a', now + Math.max(first, asked) - 1)).toBe(true);
          expect(rests.has('a', now + Math.max(longestRest, asked))).toBe(false);
        },
      ),
    );
  });
});
