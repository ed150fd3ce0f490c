import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FixedWindow } from '../../../src/policies/rate-limit/fixed-window.js';
import type { Shape } from '../../../src/policies/rate-limit/meter.js';
import { readyBehind } from './kinds.js';

const shape = (limit: number, per: number): Shape => ({ limit, per, burst: limit });
/** Asks for one permit: what it waited for, or the wait it would take. */
const ask = (window: FixedWindow, now: number): number => (window.take(1, now) ? 0 : window.readyAt(1, now) - now);

describe('a fixed window', () => {
  it('RL1 gives all permits at once, and the next ones when the window is over', () => {
    const window = new FixedWindow(shape(2, 100));
    expect([0, 0, 0, 50, 100].map((now) => ask(window, now))).toEqual([0, 0, 100, 50, 0]);
  });

  it('starts with the first use, not with being looked at', () => {
    const window = new FixedWindow(shape(1, 100));
    expect([window.available(0), window.readyAt(1, 0)]).toEqual([1, 0]);
    expect([70, 169, 170].map((now) => ask(window, now))).toEqual([0, 1, 0]);
  });

  it('keeps to its grid however long nobody came', () => {
    const window = new FixedWindow(shape(1, 100));
    window.take(1, 30);
    expect(window.take(1, 1_000_020)).toBe(true);
    expect(window.readyAt(1, 1_000_020)).toBe(1_000_030);
  });

  it('RL8 keeps its balance when the limit changes, and gives the new one from the next window on', () => {
    const window = new FixedWindow(shape(1, 100));
    expect(window.take(1, 0)).toBe(true);
    window.change(shape(2, 100), 50);
    expect([window.available(50), window.take(1, 60)]).toEqual([0, false]);
    expect([100, 100, 100].map((now) => ask(window, now))).toEqual([0, 0, 100]);
  });

  it('takes a smaller limit and another period at once where nothing has begun', () => {
    const window = new FixedWindow(shape(5, 100));
    window.change(shape(1, 1000), 0);
    expect([0, 0].map((now) => ask(window, now))).toEqual([0, 1000]);
  });

  it('takes a smaller limit at once, but ends the present window as it was begun', () => {
    const window = new FixedWindow(shape(5, 100));
    window.take(1, 0);
    window.change(shape(2, 1000), 10);
    expect(window.available(10)).toBe(2);
    expect([10, 10, 10, 100, 100, 100].map((now) => ask(window, now))).toEqual([0, 0, 90, 0, 0, 1000]);
  });

  it('RL10 drained, gives nothing until the next window', () => {
    const window = new FixedWindow(shape(3, 100));
    window.keep(0, 0);
    expect([0, 99, 100].map((now) => window.take(1, now))).toEqual([false, false, true]);
  });

  it.each([
    { line: [], weight: 2, ready: 100 },
    { line: [2], weight: 1, ready: 100 },
    { line: [2, 2], weight: 1, ready: 200 },
    { line: [2, 2, 2], weight: 2, ready: 400 },
    { line: [1, 1, 1], weight: 3, ready: 200 },
  ])('of 3, used up, has room for $weight behind $line after $ready ms', ({ line, weight, ready }) => {
    const window = new FixedWindow(shape(3, 100));
    window.take(3, 0);
    expect(readyBehind(window, weight, 0, line)).toBe(ready);
  });

  it('takes permits back in the window that they were taken in, and not in a later one', () => {
    const window = new FixedWindow(shape(2, 100));
    window.take(2, 0);
    const [early, late] = [window.hold(1), window.hold(1)];
    early.giveBack(50);
    expect([window.available(50), ask(window, 50), ask(window, 50)]).toEqual([1, 0, 50]);
    expect([ask(window, 100), ask(window, 100)]).toEqual([0, 0]);
    late.giveBack(110);
    expect(window.available(110)).toBe(0);
  });

  it('takes permits back whatever its period has become since', () => {
    const window = new FixedWindow(shape(5, 1000));
    window.take(1, 0);
    window.change(shape(5, 100), 500);
    window.take(1, 600);
    window.hold(1).giveBack(600);
    expect(window.available(600)).toBe(4);
  });

  it('has no more than its limit when what was taken under a larger one comes back', () => {
    const window = new FixedWindow(shape(5, 100));
    window.take(4, 0);
    const hold = window.hold(4);
    window.change(shape(2, 100), 10);
    hold.giveBack(20);
    expect(window.available(20)).toBe(2);
  });

  it('counts fractions without losing any', () => {
    const window = new FixedWindow(shape(1, 100)); // nine tenths leave it 0.09999999999999998
    const taken = Array.from({ length: 11 }, () => window.take(0.1, 0));
    expect(taken.indexOf(false)).toBe(10);
  });

  it('forgets nothing that was spent', () => {
    const window = new FixedWindow(shape(2, 100));
    window.take(2, 0);
    window.hold(1).spend();
    expect(window.available(0)).toBe(0);
  });

  it('never gives more than its limit between two points of its grid', () => {
    const steps = fc.array(
      fc.record({ wait: fc.double({ min: 0, max: 250, noNaN: true }), weight: fc.integer({ min: 1, max: 5 }) }),
      { maxLength: 80, size: 'max' },
    );
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 12 }), steps, (limit, all) => {
        const window = new FixedWindow(shape(limit, 100));
        const given = new Map<number, number>();
        let [now, start] = [1000, undefined as number | undefined];
        for (const { wait, weight } of all) {
          now += wait;
          const ready = window.readyAt(weight, now);
          start ??= now;
          expect(window.take(weight, now)).toBe(ready === now);
          const cell = Math.floor((now - start + 1e-4) / 100);
          if (ready === now) given.set(cell, (given.get(cell) ?? 0) + weight);
        }
        expect(Math.max(0, ...given.values())).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 500 },
    );
  });
});
