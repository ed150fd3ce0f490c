import { describe, expect, it } from 'vitest';
import type { Throttle, ThrottleOptions } from '../../../src/policies/adaptive-throttle/index.js';
import { testRuntime } from '../../../src/testing/index.js';

const golden = (Math.sqrt(5) - 1) / 2;

/** Says whether it accepts a call, by how many it was sent in this tenth of the window before. */
type Callee = (sent: number) => boolean;

const withRoomFor =
  (calls: number): Callee =>
  (sent) =>
    sent < calls;
const down: Callee = () => false;
const well: Callee = () => true;
const failingEveryFifth: Callee = (sent) => sent % 5 !== 4;

/** A throttle under steady load: 1000 calls in each tenth of its window, and chance that is as even as can be. */
function underLoad(options: ThrottleOptions) {
  let drawn = 0;
  const next = () => {
    drawn = (drawn + golden) % 1;
    return drawn;
  };
  const { clock, runtime } = testRuntime({ random: { next } });
  const throttle: Throttle = runtime.throttles.register('callee', { window: 1000, ...options });
  /** Sends what the throttle lets through in a tenth of its window to a callee; returns how much that was. */
  const tenth = (accepts: Callee): number => {
    let sent = 0;
    for (let n = 0; n < 1000; n++) {
      const passage = throttle.enter();
      if (passage === undefined) throttle.refuse('A.b');
      else passage.settle(accepts(sent++) ? 'success' : 'failure');
    }
    clock.skip(100);
    return sent;
  };
  const tenths = (count: number, accepts: Callee) => Array.from({ length: count }, () => tenth(accepts));
  return { throttle, tenth, tenths };
}

describe('under overload', () => {
  it.each([
    [0.5, 2],
    [0.8, 1.25],
    [0.9, 1.11],
  ])('a callee gets what it accepts, divided by the threshold: %d', (successThreshold, times) => {
    const { tenths } = underLoad({ successThreshold });
    tenths(200, withRoomFor(300));
    const sent = tenths(50, withRoomFor(300)).reduce((sum, each) => sum + each, 0);
    expect(Math.abs(sent / (50 * 300 * times) - 1)).toBeLessThan(0.05);
  });

  it('a callee that accepts nothing gets what the limit spares', () => {
    const { tenths } = underLoad({ maxRejectionRate: 0.75 });
    tenths(20, down);
    const sent = tenths(10, down).reduce((sum, each) => sum + each, 0);
    expect(sent / 10_000).toBeCloseTo(0.25, 2);
  });
});

describe('where every fifth call begins to fail, whatever the load', () => {
  it('the usual threshold refuses nobody', () => {
    const { throttle, tenths } = underLoad({});
    tenths(10, well);
    expect(tenths(200, failingEveryFifth)).toEqual(Array(200).fill(1000));
    expect([throttle.rejectionRate, throttle.totals.refused]).toEqual([0, 0]);
  });

  it('a threshold of 0.9 refuses ever more, until after ten windows the callee gets but what the limit spares', () => {
    const { throttle, tenths } = underLoad({ successThreshold: 0.9 });
    tenths(10, well);
    const rates = Array.from({ length: 10 }, () => {
      tenths(10, failingEveryFifth);
      return throttle.rejectionRate;
    });
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates[0]).toBeLessThan(0.2);
    expect(rates.at(-1)).toBeCloseTo(0.9, 2);
    const sent = tenths(10, failingEveryFifth).reduce((sum, each) => sum + each, 0);
    expect(sent / 10_000).toBeCloseTo(0.1, 2);
  });
});

describe('after an outage as long as the window or longer', () => {
  it.each([
    [0.5, 0.9, 1.8],
    [0.8, 0.9, 5.3],
    [0.9, 0.9, 10.8],
    [0.5, 0.5, 0.8],
    [0.9, 0.5, 3.7],
  ])(
    'threshold %d, at most %d refused: nothing is refused any more after %d windows, however long it was',
    (...row) => {
      const [successThreshold, maxRejectionRate, windows] = row;
      for (const outage of [10, 30]) {
        const { throttle, tenth, tenths } = underLoad({ successThreshold, maxRejectionRate });
        tenths(10, well);
        tenths(outage, down);
        let passed = 0;
        while (throttle.rejectionRate > 0 && passed < 500) {
          tenth(well);
          passed++;
        }
        expect(Math.abs(passed / (10 * windows) - 1)).toBeLessThan(0.05);
      }
    },
  );
});
