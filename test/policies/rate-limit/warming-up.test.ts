import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Algorithm, newMeter } from '../../../src/policies/rate-limit/meters.js';
import { limitOf, readyBehind } from './kinds.js';

const warm = (warmUp: number, limit: number, per: number, algorithm: Algorithm = 'token-bucket') =>
  newMeter({ all: [limitOf(algorithm, limit, per)], warmUp });

/** Takes one permit after the other, as soon as each is there; returns when that was. */
function drawn(meter: ReturnType<typeof warm>, from: number, permits: number): number[] {
  let now = from;
  return Array.from({ length: permits }, () => {
    now = meter.readyAt(1, now);
    expect(meter.take(1, now)).toBe(true);
    return now;
  });
}

/** What its own clock shows that long after it was cold: a third of the time at first, all of it once it is warm. */
const ownTime = (since: number, warmUp: number) =>
  since < warmUp ? since / 3 + since ** 2 / (3 * warmUp) : (warmUp * 2) / 3 + (since - warmUp);

describe('a limit that warms up', () => {
  it('begins with a third of its permits, and at least with one', () => {
    expect([
      warm(1000, 9, 900).available(0),
      warm(1000, 2, 900).available(0),
      warm(1000, 10, 900).available(0),
    ]).toEqual([3, 1, 3]);
    const meter = warm(1000, 9, 900);
    expect([meter.take(4, 0), meter.take(3, 0), meter.take(1, 0)]).toEqual([false, true, false]);
  });

  it('gives them at a third of the rate at first, and at all of it in the end, rising evenly', () => {
    const meter = warm(6000, 10, 1000);
    const times = drawn(meter, 5000, 80).slice(3);
    const intervals = times.slice(1).map((at, i) => at - times[i]!);
    expect(intervals[0]).toBeGreaterThan(270);
    expect(intervals[0]).toBeLessThan(300);
    expect(intervals.at(-1)).toBeCloseTo(100);
    for (const [i, interval] of intervals.slice(1).entries()) expect(interval).toBeLessThan(intervals[i]! + 1e-6);
    const at = times.findIndex((time) => time > 5000 + 6000);
    expect(times[at]! - times[at - 1]!).toBeCloseTo(100, 0);
  });

  it('gives two thirds of its rate while it warms up', () => {
    const meter = warm(6000, 10, 1000);
    const times = drawn(meter, 0, 100);
    expect(times.filter((time) => time <= 6000)).toHaveLength(3 + 40);
  });

  it('is cold again once it has been at rest for as long as it takes to warm up', () => {
    const meter = warm(1000, 9, 900);
    drawn(meter, 0, 30);
    const [last] = drawn(meter, 5000, 1) as [number];
    const whole = meter.readyAt(9, last);
    expect(meter.available(whole)).toBe(9);
    expect(meter.available(whole + 999)).toBe(9);
    expect(meter.available(whole + 1000)).toBe(3);
    expect([meter.take(9, whole + 999), meter.take(1, whole + 999 + 100)]).toEqual([true, true]);
  });

  it('is not cold while it is used, however little', () => {
    const meter = warm(1000, 9, 900);
    for (let now = 0; now < 60_000; now += 1000) meter.take(1, now);
    expect(meter.available(60_000)).toBe(9);
  });

  it('is not kept warm by asking for what it has not', () => {
    const meter = warm(1000, 9, 900);
    expect(meter.take(9, 0)).toBe(false);
    expect(meter.readyAt(9, 0)).toBeCloseTo(1000 * ((Math.sqrt(1 + 12 * 0.6) - 1) / 2));
    expect([meter.take(9, 884), meter.readyAt(9, 884) > 884, meter.take(9, 950)]).toEqual([false, true, true]);
  });

  it('takes back what was not used, and rests from then on', () => {
    const meter = warm(1000, 9, 900);
    meter.take(3, 0);
    const hold = meter.hold(3, 0);
    hold.giveBack(1);
    expect(meter.available(1)).toBe(3);
    expect([meter.atRest(1), meter.atRest(2000)]).toEqual([false, true]);
  });

  it('rests from the moment on at which all is given back', () => {
    const meter = warm(1000, 9, 900);
    drawn(meter, 0, 50);
    const now = meter.readyAt(9, 20_000) + 500;
    for (let at = 6000; at < now; at += 500) meter.take(1, at);
    expect(meter.take(8, now)).toBe(true);
    meter.hold(8, now).giveBack(now + 1);
    expect([meter.available(now + 900), meter.available(now + 1200)]).toEqual([9, 3]);
  });

  it('does not turn cold under those who wait, however late they are served', () => {
    const meter = warm(1000, 9, 900);
    meter.take(3, 0);
    expect(meter.readyAt(9, 60_000)).toBeGreaterThan(60_000);
    expect(readyBehind(meter, 5, 60_000, [4], 10)).toBe(60_000);
    expect(meter.fits(9, 60_000, 10)).toBe(true);
    expect(meter.take(9, 60_000, 10)).toBe(true);
  });

  it('is at rest before its first use', () => {
    expect(warm(1000, 9, 900, 'smooth').atRest(0)).toBe(true);
  });

  it.each(['token-bucket', 'sliding-window', 'fixed-window', 'smooth'] as const)(
    '(%s) shows on its own clock just what it promises, and finds the way back to the world’s',
    (algorithm) => {
      const draw = fc.record({
        warmUp: fc.integer({ min: 1, max: 100_000 }),
        permits: fc.integer({ min: 4, max: 30 }),
      });
      fc.assert(
        fc.property(draw, fc.nat(1_000_000_000), ({ warmUp, permits }, start) => {
          const [meter, twin] = [warm(warmUp, 3, 1000, algorithm), warm(0, 3, 1000, algorithm)];
          const own: number[] = [];
          let now = 0;
          for (let i = 0; i < permits; i++) {
            twin.fits(1, now);
            if (i === 0) twin.keep(1, 0);
            now = twin.readyAt(1, now);
            expect(twin.take(1, now)).toBe(true);
            own.push(now);
          }
          const seen = drawn(meter, start, permits).map((at) => ownTime(at - start, warmUp));
          for (const [i, at] of own.entries()) expect(Math.abs(seen[i]! - at)).toBeLessThan(1e-2);
        }),
        { numRuns: 100 },
      );
    },
  );

  it('never delays whoever it has accepted: those who wait are served before it could be cold again', () => {
    const uses = fc.array(fc.tuple(fc.constantFrom(0, 10, 300, 999, 1000, 5000), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), uses, (warmUp, all) => {
        const meter = warm(warmUp, 9, 900);
        let now = 10_000;
        for (const [wait, weight] of all) {
          now += wait;
          if (meter.take(weight, now)) continue;
          const promised = meter.readyAt(weight, now);
          for (let asked = now; asked < promised; asked += (promised - now) / 7 + 0.1) {
            expect(Math.abs(meter.readyAt(weight, asked) - promised)).toBeLessThan(1e-3);
            meter.fits(weight, asked);
          }
          expect(meter.take(weight, promised)).toBe(true);
          now = promised;
        }
      }),
      { numRuns: 300 },
    );
  });
});
