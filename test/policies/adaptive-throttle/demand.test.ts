import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount } from '../../../src/core/index.js';
import { Demand } from '../../../src/policies/adaptive-throttle/demand.js';

/** One call: it comes so long after the one before, and is refused, or settles after a while. */
const call = fc.record({
  after: fc.integer({ min: 0, max: 150 }),
  takes: fc.integer({ min: 0, max: 600 }),
  outcome: fc.constantFrom('refused', 'accepted', 'failed'),
});

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

const start = 1000;

/** What is known of one call when it is counted: at once if it is refused, else when it settles. */
function countings(calls: readonly Call[]) {
  let came = start;
  const all = calls.map(({ after, takes, outcome }) => {
    came += after;
    return { outcome, came, at: outcome === 'refused' ? came : came + takes };
  });
  return all.sort((a, b) => a.at - b.at);
}

describe('what was asked of a callee', () => {
  it('agrees with counting by hand, whatever comes, settles and is refused when', () => {
    const run = (width: number, calls: readonly Call[]) => {
      const bucketOf = (at: number) => Math.floor((at - start) / width);
      const demand = new Demand(width * bucketCount, start);
      const all = countings(calls);
      for (const [index, { outcome, came, at }] of all.entries()) {
        if (outcome === 'refused') demand.refuse(at);
        else demand.settle(bucketOf(came), outcome === 'accepted', at);
        const isHeld = (when: number) => bucketOf(at) - bucketOf(when) < bucketCount;
        const inTime = all.slice(0, index + 1).filter((one) => bucketOf(one.at) - bucketOf(one.came) < bucketCount);
        const held = inTime.filter((one) => isHeld(one.at)).map((one) => one.outcome);
        const { requests, accepts, refused } = demand;
        expect([requests, accepts, refused]).toEqual([
          held.length,
          held.filter((one) => one === 'accepted').length,
          held.filter((one) => one === 'refused').length,
        ]);
      }
      demand.forward(start + 1_000_000);
      expect([demand.requests, demand.accepts, demand.refused]).toEqual([0, 0, 0]);
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.array(call, { maxLength: 60 }), run));
  });

  it('counts a call where it settles, as long as what it came with is remembered', () => {
    const demand = new Demand(1000, 0);
    demand.settle(0, false, 999);
    expect(demand.requests).toBe(1);
    demand.forward(1000);
    expect(demand.requests).toBe(1);
    demand.settle(0, false, 1000);
    expect(demand.requests).toBe(1);
    demand.forward(1899);
    expect(demand.requests).toBe(1);
    demand.forward(1900);
    expect(demand.requests).toBe(0);
  });
});
