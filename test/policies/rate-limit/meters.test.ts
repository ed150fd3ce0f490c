import { describe, expect, it } from 'vitest';
import type { Meter } from '../../../src/policies/rate-limit/meter.js';
import { changeMeter, type Limit, type Limits, newMeter } from '../../../src/policies/rate-limit/meters.js';
import { limitOf } from './kinds.js';

const perSecond = limitOf('token-bucket', 10, 1000);
const perMinute = limitOf('sliding-window', 100, 60_000);
const limits = (...all: Limit[]): Limits => ({ all, warmUp: 0 });

/** Makes a meter, takes so many permits, and changes it a little later. */
function changed(before: Limits, taken: number, after: Limits): Meter {
  const meter = newMeter(before);
  if (taken > 0) expect(meter.take(taken, 0)).toBe(true);
  return changeMeter(meter, before, after, 10);
}

describe('a meter that is given other limits', () => {
  it.each([
    ['a larger one', limits(perSecond), 7, limits({ ...perSecond, limit: 20, burst: 20 }), 3],
    ['a smaller one', limits(perSecond), 3, limits({ ...perSecond, limit: 5, burst: 5 }), 5],
    ['another algorithm', limits(perSecond), 7, limits(limitOf('fixed-window', 10, 1000)), 3],
    ['a second one', limits(perSecond), 7, limits(perSecond, perMinute), 3],
    ['a second one that is scarcer', limits(perSecond), 3, limits(perSecond, limitOf('fixed-window', 5, 9000)), 5],
    ['one less', limits(perSecond, perMinute), 7, limits(perMinute), 93],
    ['the other one alone', limits(perSecond, perMinute), 7, limits(perSecond), 3],
    ['another in the place of one of two', limits(perSecond, perMinute), 7, limits(perSecond, limitOf('smooth', 100, 60_000)), 1], // biome-ignore format: a table
    ['two in another order', limits(perSecond, perMinute), 7, limits(perMinute, perSecond), 3],
    ['a slow start', limits(perSecond), 0, { all: [perSecond], warmUp: 5000 }, 3],
    ['an end of the slow start', { all: [perSecond], warmUp: 5000 }, 3, limits(perSecond), 0],
  ])('%s, has the permits that were there', (_what, before, taken, after, available) => {
    expect(changed(before, taken, after).available(10)).toBe(available);
  });

  it('tells two limits of one algorithm apart by their periods', () => {
    const [second, minute] = [limitOf('token-bucket', 10, 1000), limitOf('token-bucket', 100, 60_000)];
    const meter = changed(limits(second, minute), 10, limits(minute, second));
    expect(meter.available(1010)).toBe(10);
    expect(changed(limits(second, minute), 10, limits(minute)).available(10)).toBe(90);
  });

  it('goes on with what it knows where only the period is another', () => {
    const meter = changed(limits(perMinute), 70, limits({ ...perMinute, per: 90_000 }));
    expect([meter.available(10), meter.readyAt(31, 10)]).toEqual([30, 90_000]);
  });

  it('gives a new limit all its permits, where it takes the place of none', () => {
    const meter = changed(limits(perSecond), 10, limits(perSecond, limitOf('fixed-window', 30, 9000)));
    expect([1000, 2000, 3000, 4000].map((now) => meter.take(10, now))).toEqual([true, true, true, false]);
  });

  it('stays as warm as it was', () => {
    const slow = { all: [perSecond], warmUp: 5000 };
    const meter = newMeter(slow);
    for (let now = 0; now < 20_000; now += 100) meter.take(1, now);
    const after = changeMeter(meter, slow, { all: [{ ...perSecond, limit: 20 }], warmUp: 5000 }, 20_000);
    while (after.take(1, 20_000)) {}
    expect(after.readyAt(1, 20_000) - 20_000).toBeLessThanOrEqual(50);
  });

  it('is not at rest before the new limit has all its permits', () => {
    const slow = { all: [limitOf('token-bucket', 9, 900)], warmUp: 1000 };
    const meter = newMeter(slow);
    for (let now = 0; now <= 20_000; now += 500) meter.take(1, now);
    const after = changeMeter(meter, slow, { all: [limitOf('token-bucket', 90, 9000)], warmUp: 1000 }, 20_100);
    expect([after.available(20_100), after.available(25_100)]).toEqual([9, 59]);
  });

  it('stays cold where nobody has used it yet', () => {
    const slow = { all: [perSecond], warmUp: 5000 };
    const after = changeMeter(
      newMeter(slow),
      slow,
      { all: [{ ...perSecond, limit: 30, burst: 30 }], warmUp: 5000 },
      20_000,
    );
    expect(after.atRest(20_000)).toBe(false); // the permits that were there stay, and no more
    expect(after.available(20_000)).toBe(10);
  });
});
