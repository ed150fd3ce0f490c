import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount } from '../../../src/core/index.js';
import { CountWindow } from '../../../src/policies/circuit-breaker/count-window.js';
import { failed, type Outcome, slow, succeeded, timedOut } from '../../../src/policies/circuit-breaker/outcome.js';
import { Tally } from '../../../src/policies/circuit-breaker/tally.js';
import { TimeWindow } from '../../../src/policies/circuit-breaker/time-window.js';
import type { Window } from '../../../src/policies/circuit-breaker/window.js';

const outcome = fc.constantFrom(succeeded, slow, failed, failed | slow, failed | timedOut, failed | slow | timedOut);

/** One thing that happens to a window: a result or a neutral call, after some time. */
const step = fc.record({ after: fc.integer({ min: 0, max: 400 }), outcome: fc.option(outcome, { nil: undefined }) });

interface Entry {
  readonly outcome: Outcome | undefined;
  readonly at: number;
}

function figures({ calls, failures, slow: slowCalls, timeouts, ignored }: Window) {
  return { calls, failures, slow: slowCalls, timeouts, ignored };
}

/** The same figures, counted from what is known to be in the window. */
function counted(entries: readonly Entry[]) {
  const has = (bit: Outcome) => entries.filter((entry) => entry.outcome !== undefined && entry.outcome & bit).length;
  const ignored = entries.filter((entry) => entry.outcome === undefined).length;
  return { calls: entries.length - ignored, failures: has(failed), slow: has(slow), timeouts: has(timedOut), ignored };
}

/** The last `size` results, each with the neutral calls that came after it; what came before the first goes once there are so many. */
function lastOf(entries: readonly Entry[], size: number): readonly Entry[] {
  const places = entries.flatMap(({ outcome }, index) => (outcome === undefined ? [] : [index]));
  return places.length < size ? entries : entries.slice(places[places.length - size]);
}

describe('a window of so many calls', () => {
  it('agrees with counting the last results by hand, whatever happens', () => {
    const run = (size: number, steps: readonly { readonly outcome: Outcome | undefined }[]) => {
      const window = new CountWindow(size);
      const entries: Entry[] = [];
      for (const { outcome } of steps) {
        entries.push({ outcome, at: 0 });
        if (outcome === undefined) window.ignore();
        else window.add(outcome);
        expect(figures(window)).toEqual(counted(lastOf(entries, size)));
      }
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step, { maxLength: 60 }), run));
  });

  it('lets go of the oldest result when it is full', () => {
    const window = new CountWindow(3);
    for (const outcome of [failed, failed | timedOut, succeeded, slow]) window.add(outcome);
    expect(figures(window)).toEqual({ calls: 3, failures: 1, slow: 1, timeouts: 1, ignored: 0 });
  });
});

describe('a window of time', () => {
  it('agrees with counting by hand what lies in its ten buckets, whatever happens', () => {
    const run = (
      width: number,
      steps: readonly { readonly after: number; readonly outcome: Outcome | undefined }[],
    ) => {
      const start = 1000;
      const window = new TimeWindow(width * bucketCount, start);
      const entries: Entry[] = [];
      let now = start;
      for (const { after, outcome } of steps) {
        now += after;
        entries.push({ outcome, at: now });
        if (outcome === undefined) window.ignore(now);
        else window.add(outcome, now);
        const bucket = (at: number) => Math.floor((at - start) / width);
        expect(figures(window)).toEqual(counted(entries.filter(({ at }) => bucket(now) - bucket(at) < bucketCount)));
      }
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 60 }), run));
  });

  it('CB41 drops one bucket at a time', () => {
    let now = 0;
    const window = new TimeWindow(30_000, now);
    const add = (...outcomes: readonly (Outcome | undefined)[]) => {
      for (const outcome of outcomes) outcome === undefined ? window.ignore(now) : window.add(outcome, now);
      return figures(window);
    };
    const totals = (calls: number, failures: number, ignored: number) => ({
      calls,
      failures,
      ignored,
      slow: 0,
      timeouts: 0,
    });

    for (let turn = 0; turn < 5; turn++) add(succeeded, failed, undefined);
    expect(figures(window)).toEqual(totals(10, 5, 5));
    now = 3000;
    expect(add(succeeded)).toEqual(totals(11, 5, 5));
    now = 5000;
    expect(add(succeeded, undefined)).toEqual(totals(12, 5, 6));
    now = 7000;
    expect(add(undefined, succeeded)).toEqual(totals(13, 5, 7));
    now = 9000;
    expect(add(failed)).toEqual(totals(14, 6, 7));
    for (let turn = 0; turn < 6; turn++) {
      now += 3000;
      expect(add(succeeded, failed)).toEqual(totals(16 + 2 * turn, 7 + turn, 7));
    }
    now += 3000;
    expect(add(failed)).toEqual(totals(17, 8, 2)); // the first bucket, 5 successes, 5 failures and 5 neutral calls, is gone
  });

  it('is empty after an idle hour, for the price of ten buckets', () => {
    const window = new TimeWindow(10_000, 0);
    for (let turn = 0; turn < 4; turn++) window.add(failed, turn * 1000);
    window.forward(3_600_000);
    expect(figures(window)).toEqual({ calls: 0, failures: 0, slow: 0, timeouts: 0, ignored: 0 });
  });

  it('counts what comes with an older time in the present bucket', () => {
    const window = new TimeWindow(10_000, 0);
    window.add(failed, 5000);
    window.add(failed, 4000);
    expect(window.failures).toBe(2);
  });
});

describe('a tally', () => {
  it('counts everything since it began', () => {
    const window = new Tally();
    for (let turn = 0; turn < 1000; turn++) window.add(turn % 4 === 0 ? failed | slow | timedOut : succeeded);
    window.ignore();
    expect(figures(window)).toEqual({ calls: 1000, failures: 250, slow: 250, timeouts: 250, ignored: 1 });
  });
});
