import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Smooth } from '../../../src/policies/rate-limit/smooth.js';
import { limitOf, readyBehind } from './kinds.js';

const smoothOf = (limit: number, per: number) => new Smooth(limitOf('smooth', limit, per));

/** Asks for permits: 0, or the wait that it would take. */
const ask = (smooth: Smooth, now: number, weight = 1): number =>
  smooth.take(weight, now) ? 0 : smooth.readyAt(weight, now) - now;

describe('a smooth limit', () => {
  it('RL4 has one permit every so often, starts with one, and does not count what it refused', () => {
    const smooth = smoothOf(2, 100);
    const asked = [0, 0, 50, 50, 120, 190, 190, 210, 210, 290, 290].map((now) => ask(smooth, now));
    expect(asked).toEqual([0, 50, 0, 50, 0, 0, 10, 0, 40, 0, 10]);
  });

  it('RL5 keeps permits that nobody took', () => {
    const smooth = smoothOf(4, 100);
    expect([0, 0, 50, 50, 50].map((now) => ask(smooth, now))).toEqual([0, 25, 0, 0, 25]);
  });

  it('keeps no more than its limit', () => {
    const smooth = smoothOf(4, 100);
    smooth.take(1, 0);
    expect([smooth.available(99), smooth.available(100), smooth.available(86_400_000)]).toEqual([3, 4, 4]);
    expect([0, 1, 2, 3, 4].map(() => ask(smooth, 86_400_010))).toEqual([0, 0, 0, 0, 15]);
  });

  it('RL10 drained, gives nothing until the next one appears', () => {
    const smooth = smoothOf(2, 100);
    smooth.keep(0, 0);
    expect([0, 49, 50].map((now) => smooth.take(1, now))).toEqual([false, false, true]);
  });

  it('starts its grid with the first use, not with being looked at', () => {
    const smooth = smoothOf(2, 100);
    expect([smooth.available(0), smooth.readyAt(1, 0), smooth.readyAt(2, 0), smooth.atRest(0)]).toEqual([
      1,
      0,
      50,
      true,
    ]);
    expect([30, 79, 80].map((now) => ask(smooth, now))).toEqual([0, 1, 0]);
  });

  it('starts it with a use that has to wait, too', () => {
    const smooth = smoothOf(4, 100);
    expect([0, 20, 50].map((now) => ask(smooth, now, 3))).toEqual([50, 30, 0]);
  });

  it.each([
    { weight: 1, line: [], ready: 25 },
    { weight: 1, line: [1, 1], ready: 75 },
    { weight: 4, line: [2], ready: 150 },
    { weight: 0.5, line: [0.5], ready: 25 },
    { weight: 0.5, line: [0.7], ready: 50 },
  ])('of 4 per 100 ms has $weight behind a line of $line after $ready ms', ({ weight, line, ready }) => {
    const smooth = smoothOf(4, 100);
    smooth.take(1, 0);
    expect(readyBehind(smooth, weight, 0, line)).toBe(ready);
  });

  it('stays on its grid for weeks, whatever the interval', () => {
    for (const limit of [3, 7, 11, 60, 997]) {
      const smooth = smoothOf(limit, 1000);
      smooth.take(1, 123.456);
      for (const tick of [1, 1000, 123_457, 1_000_000_007]) {
        const at = 123.456 + (tick * 1000) / limit;
        while (smooth.take(1, at)) {}
        const next = 123.456 + ((tick + 1) * 1000) / limit;
        expect(Math.abs(smooth.readyAt(1, at) - next)).toBeLessThan(1e-3);
        expect([smooth.take(1, next - 1e-3), smooth.take(1, next), smooth.take(1, next)]).toEqual([false, true, false]);
      }
    }
  });

  it.each([
    [997, 123_456.789],
    [3, 0.1],
    [7, 1_000_000_000.3],
    [60, 98_765.4321],
    [1003, 77.7],
  ])('(of %d, from %d on) agrees with itself to the last digit about when a tick has come', (limit, start) => {
    const margin = 1e-4;
    const smooth = smoothOf(limit, 1000);
    smooth.take(1, start);
    for (let tick = 1; tick < 2500; tick++) {
      const nearly = start + (tick * 1000) / limit - margin;
      for (const now of [nearly - 2e-11, nearly - 7e-12, nearly, nearly + 7e-12, nearly + 2e-11]) {
        const asked = smooth.copy();
        expect(asked.fits(1, now)).toBe(asked.readyAt(1, now) <= now + margin);
        expect(asked.fits(1, now)).toBe(start + (tick * 1000) / limit <= now + margin);
      }
      while (smooth.take(1, start + (tick * 1000) / limit)) {}
    }
  });

  it('goes on with the permits that are there when it changes, on a grid from the last tick on', () => {
    const smooth = smoothOf(4, 100);
    smooth.take(1, 0);
    smooth.change(limitOf('smooth', 10, 1000), 60); // two permits are there, the last since 50
    expect([smooth.available(60), ask(smooth, 60, 2), ask(smooth, 60)]).toEqual([2, 0, 90]);
    smooth.change(limitOf('smooth', 1, 100), 170); // one more came at 150
    expect([smooth.available(170), ask(smooth, 170), ask(smooth, 170)]).toEqual([1, 0, 80]);
  });

  it('gains nothing from the ticks that a faster grid has behind it', () => {
    const smooth = smoothOf(1, 1000);
    smooth.take(1, 0);
    smooth.change(limitOf('smooth', 100, 1000), 995);
    expect([smooth.available(995), ask(smooth, 995)]).toEqual([0, 5]);
  });

  it('takes other terms as they are where nothing has begun', () => {
    const smooth = smoothOf(1, 1000);
    smooth.change(limitOf('smooth', 4, 100), 500);
    expect([0, 0, 50, 50, 50, 1000].map((now) => ask(smooth, 700 + now))).toEqual([0, 25, 0, 0, 25, 0]);
    expect(smooth.available(1700)).toBe(3);
  });

  it('takes back what was not used, as far as it has not been full since', () => {
    const smooth = smoothOf(4, 100);
    smooth.take(1, 0);
    const [soon, late] = [smooth.hold(1, 0), smooth.hold(1, 0)];
    soon.giveBack(10);
    expect(smooth.available(10)).toBe(1);
    late.giveBack(200);
    expect(smooth.available(200)).toBe(4);
  });

  it('never has more than one permit for each tick since it started', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0, max: 300, noNaN: true }), fc.nat(3)), {
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 17 }), steps, (limit, all) => {
        const smooth = smoothOf(limit, 100);
        smooth.fits(1, 1000);
        let [now, sum] = [1000, 0];
        for (const [wait, weight] of all) {
          now += wait;
          if (smooth.take(weight, now)) sum += weight;
          expect(sum).toBeLessThanOrEqual(1 + Math.floor(((now - 1000 + 1e-3) * limit) / 100));
        }
      }),
      { numRuns: 300 },
    );
  });
});
