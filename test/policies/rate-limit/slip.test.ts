import { describe, expect, it } from 'vitest';
import { Combined } from '../../../src/policies/rate-limit/combined.js';
import type { Meter } from '../../../src/policies/rate-limit/meter.js';
import { newMeter } from '../../../src/policies/rate-limit/meters.js';
import { SlidingWindow } from '../../../src/policies/rate-limit/sliding-window.js';
import { ToldLimits } from '../../../src/policies/rate-limit/told/index.js';
import { limitOf } from './kinds.js';
import { answer } from './told/answers.js';

const never = Number.POSITIVE_INFINITY;
const made = (algorithm: Parameters<typeof limitOf>[0], limit = 4, per = 400): Meter =>
  newMeter({ all: [limitOf(algorithm, limit, per)], warmUp: 0 });

/** A meter of which four permits were taken at 0. */
function spent(meter: Meter): Meter {
  expect(meter.take(4, 0)).toBe(true);
  return meter;
}

describe('what a turn that is taken too late costs those behind', () => {
  it('is nothing before a token bucket that is not full meanwhile, and all of the delay before one that is', () => {
    const bucket = spent(made('token-bucket'));
    expect([bucket.slip(100, 130), bucket.slip(100, 400), bucket.slip(400, 450)]).toEqual([0, 0, 50]);
  });

  it('is all of the delay before a sliding window', () => {
    expect(spent(made('sliding-window')).slip(400, 430)).toBe(30);
  });

  it('is a thousandth of the period more where its entries are shared', () => {
    const window = new SlidingWindow(limitOf('sliding-window', 2000, 4000));
    for (let now = 0; now < 1000; now++) window.take(2, now);
    expect(window.slip(4000, 4030)).toBe(34);
  });

  it('is nothing before a fixed window within a period, and unknown from one to another', () => {
    const window = spent(made('fixed-window'));
    expect([window.slip(400, 799), window.slip(400, 801), window.slip(10, 390)]).toEqual([0, never, 0]);
  });

  it('is nothing before a smooth limit that keeps its ticks, and unknown before one that is full', () => {
    const smooth = made('smooth', 2, 200);
    smooth.take(1, 0);
    expect([smooth.slip(100, 130), smooth.slip(100, 199), smooth.slip(100, 350)]).toEqual([0, 0, never]);
  });

  it('is the most of several limits, and unknown where one of them comes in steps', () => {
    const both = spent(new Combined([made('token-bucket'), made('sliding-window')]));
    const stepwise = spent(new Combined([made('fixed-window'), made('sliding-window')]));
    expect([both.slip(400, 430), stepwise.slip(400, 430), stepwise.slip(400, 400)]).toEqual([30, never, 0]);
  });

  it('is no more than three times the delay on the clock of a limit that warms up', () => {
    const warming = newMeter({ all: [limitOf('sliding-window', 12, 400)], warmUp: 1000 });
    spent(warming);
    expect(warming.slip(10_000, 10_030)).toBeCloseTo(90);
    expect(warming.stepwise).toBe(false);
  });

  it('is nothing within the window that a server told, and unknown after it', () => {
    const told = new ToldLimits();
    expect([told.slip(0, 10), told.stepwise]).toEqual([0, false]);
    told.adopt(answer({ remaining: 5, resetAfter: 1000 }), 0);
    expect([told.slip(10, 900), told.slip(10, 1001), told.stepwise]).toEqual([0, never, true]);
  });
});
