import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/index.js';
import { Adaptation } from '../../../src/policies/bulkhead/adaptation.js';
import { adaptiveSettings } from '../../../src/policies/bulkhead/adaptive/index.js';

const adaptation = () => new Adaptation(adaptiveSettings('aimd', 100), seededRandom(1));

describe('the toll of those who matter least', () => {
  it.each([
    ['is nothing while the limit stays', [[10, 20, 20]], [0]],
    ['is nothing when it rises', [[10, 20, 30]], [0]],
    ['is the share by which it falls', [[10, 20, 15]], [2]],
    ['is nothing where nobody waits', [[0, 20, 10]], [0]],
    [
      'leaves a single one until it has fallen to half, twice',
      [
        [1, 20, 10],
        [1, 10, 5],
      ],
      [0, 1],
    ],
    [
      'adds up over small falls',
      [
        [3, 10, 9],
        [3, 9, 8],
        [3, 8, 7],
      ],
      [0, 0, 1],
    ],
    [
      'forgets parts of calls when the limit rises',
      [
        [3, 10, 8],
        [3, 8, 9],
        [3, 9, 7],
      ],
      [0, 0, 0],
    ],
    [
      'forgets them when nobody waits any more',
      [
        [3, 10, 8],
        [0, 8, 7],
        [3, 7, 5],
      ],
      [0, 0, 0],
    ],
  ])('%s', (_what, moves, expected) => {
    const found = adaptation();
    expect(moves.map(([waiting = 0, from = 0, to = 0]) => found.toll(waiting, from, to))).toEqual(expected);
  });

  it('is never more than wait, and in all at least the share by which the limit fell, but for a part of a call', () => {
    const limits = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 50, size: 'max' });
    fc.assert(
      fc.property(limits, fc.nat(200), (unsorted, waiting) => {
        const falling = [...unsorted].sort((a, b) => b - a);
        const found = adaptation();
        let left = waiting;
        for (const [i, to] of falling.slice(1).entries()) {
          const toll = found.toll(left, falling[i] ?? 0, to);
          expect(toll).toBeLessThanOrEqual(left);
          left -= toll;
        }
        expect(left).toBeLessThanOrEqual((waiting * (falling.at(-1) ?? 0)) / (falling[0] ?? 1) + 1);
      }),
    );
  });
});
