import { queryObjects } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../src/policies/rate-limit/meter.js';
import { PermitLog } from '../../../src/policies/rate-limit/permit-log.js';
import { SlidingWindow } from '../../../src/policies/rate-limit/sliding-window.js';
import { limitOf, readyBehind } from './kinds.js';

const windowOf = (limit: number, per: number) => new SlidingWindow(limitOf('sliding-window', limit, per));

/** Asks for permits: 0, or the wait that it would take. */
const ask = (window: SlidingWindow, now: number, weight = 1): number =>
  window.take(weight, now) ? 0 : window.readyAt(weight, now) - now;

describe('a sliding window', () => {
  it('RL3 gives a permit again as soon as one has left the window, and does not count what it refused', () => {
    const window = windowOf(2, 100);
    const asked = [0, 0, 0, 50, 50, 50, 120, 190, 190].map((now) => ask(window, now));
    expect(asked).toEqual([0, 0, 100, 50, 50, 50, 0, 0, 30]);
  });

  it('RL9 gives as many permits as it has, and one more as soon as the first has come back', () => {
    const window = windowOf(10, 500);
    expect([5, 5, 1].map((weight) => window.take(weight, 1000))).toEqual([true, true, false]);
    expect([window.take(1, 1499), window.take(1, 1500)]).toEqual([false, true]);
  });

  it('RL10 drained, gives nothing until the period is over', () => {
    const window = windowOf(3, 100);
    window.keep(0, 0);
    expect([0, 99, 100].map((now) => window.take(1, now))).toEqual([false, false, true]);
  });

  it('RL15 says to the moment when there is room for a weight', () => {
    const window = windowOf(10, 100);
    for (const [now, weight] of [[0, 4], [30, 3], [60, 3]] as const) window.take(weight, now); // biome-ignore format: a table
    expect([1, 4, 5, 7, 8, 10].map((weight) => window.readyAt(weight, 70))).toEqual([100, 100, 130, 130, 160, 160]);
  });

  it.each([
    { line: [], weight: 2, ready: 100 },
    { line: [2], weight: 1, ready: 130 },
    { line: [2], weight: 2, ready: 200 },
    { line: [3], weight: 3, ready: 230 },
    { line: [3, 3], weight: 1, ready: 330 },
  ])('of 3, used up by 2 at 0 and 1 at 30, has room for $weight behind $line at $ready', ({ line, weight, ready }) => {
    const window = windowOf(3, 100);
    window.take(2, 0);
    window.take(1, 30);
    expect(readyBehind(window, weight, 50, line)).toBe(ready);
  });

  it('counts fractions without losing any', () => {
    const window = windowOf(7, 100);
    const taken = Array.from({ length: 11 }, (_, now) => window.take(0.7, now)); // ten of them sum up to 7.000000000000001
    expect(taken.indexOf(false)).toBe(10);
    expect([window.take(0.7, 99), window.take(0.7, 100)]).toEqual([false, true]);
  });

  it('is not confused by a clock that was read a little earlier', () => {
    const window = windowOf(2, 100);
    expect([window.take(1, 1000), window.take(1, 999.99), window.take(1, 1099.99)]).toEqual([true, true, false]);
    expect([window.available(1100), window.take(2, 1100)]).toEqual([2, true]);
  });

  it('keeps to a new limit at once, with all that it gave before', () => {
    const window = windowOf(10, 100);
    window.take(7, 0);
    window.change(limitOf('sliding-window', 20, 100), 10);
    expect(window.available(10)).toBe(13);
    window.change(limitOf('sliding-window', 5, 200), 20);
    expect([window.available(20), window.readyAt(1, 20), window.readyAt(5, 20)]).toEqual([0, 200, 200]);
  });

  it('does not remember what was past when it changed', () => {
    const window = windowOf(3, 100);
    window.take(3, 0);
    window.change(limitOf('sliding-window', 3, 1000), 150);
    expect(window.available(150)).toBe(3);
  });

  it('lets through what was accepted before its limit became smaller, once all its permits are there, and counts it', () => {
    const window = windowOf(10, 100);
    window.take(3, 0);
    window.change(limitOf('sliding-window', 2, 100), 0);
    expect([window.take(8, 99), window.readyAt(8, 99), window.take(8, 100)]).toEqual([false, 100, true]);
    expect([window.available(100), window.readyAt(1, 100)]).toEqual([0, 200]);
  });

  it('forgets what is past: a period later it is at rest', () => {
    const window = windowOf(5, 100);
    window.take(5, 0);
    expect([window.atRest(99), window.atRest(100), window.available(100)]).toEqual([false, true, 5]);
  });
});

describe('the log of a sliding window', () => {
  it('is let go when nothing is left in it', () => {
    const windows = Array.from({ length: 100 }, () => windowOf(5, 100));
    const logs = () => queryObjects(PermitLog) as number;
    const before = logs();
    for (const window of windows) window.take(1, 0);
    expect(logs()).toBe(before + 100);
    expect(windows.map((window) => window.available(100))).toEqual(Array(100).fill(5));
    expect(logs()).toBe(before);
  });
});

describe('a permit that a sliding window gets back', () => {
  it('is taken out of what was given then, and out of nothing else', () => {
    const window = windowOf(3, 100);
    window.take(1, 0);
    const early = window.hold(1);
    window.take(1, 40);
    const late = window.hold(1);
    late.giveBack(50);
    expect([window.readyAt(3, 50), window.available(50)]).toEqual([100, 2]);
    early.giveBack(50);
    expect(window.available(50)).toBe(3);
  });

  it('is worth nothing once it has left the window, also where another has begun', () => {
    const window = windowOf(2, 100);
    window.take(1, 0);
    const hold = window.hold(1);
    window.take(1, 50);
    expect(window.take(1, 100)).toBe(true);
    hold.giveBack(110);
    expect(window.available(110)).toBe(0);
    expect(window.take(1, 250)).toBe(true);
    hold.giveBack(250);
    expect(window.available(250)).toBe(1);
  });

  it('leaves the window as if it had never been taken', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60, size: 'max' }), (acts) => {
        const ledger = new Ledger();
        for (const next of acts) {
          next(ledger);
          expect(ledger.available).toBe(8 - ledger.inWindow);
        }
      }),
      { numRuns: 500 },
    );
  });
});

interface Taken {
  readonly at: number;
  readonly weight: number;
}

/** A window of 8 per 100 ms beside a list of what was taken from it for good: the list alone says how it must stand. */
class Ledger {
  readonly #window = windowOf(8, 100);
  readonly #taken = new Set<Taken>();
  readonly #held: { readonly hold: Hold; readonly what: Taken }[] = [];
  #now = 1000;

  get available(): number {
    return this.#window.available(this.#now);
  }

  get inWindow(): number {
    const inside = [...this.#taken].filter(({ at }) => at + 100 > this.#now + 1e-4);
    return inside.reduce((sum, { weight }) => sum + weight, 0);
  }

  wait(time: number): void {
    this.#now += time;
  }

  take(weight: number, held: boolean): void {
    if (!this.#window.take(weight, this.#now)) return;
    const what = { at: this.#now, weight };
    this.#taken.add(what);
    if (held) this.#held.push({ what, hold: this.#window.hold(weight) });
  }

  decide(which: number, back: boolean): void {
    const [decided] = this.#held.splice(which % Math.max(1, this.#held.length), 1);
    if (decided && back) this.#taken.delete(decided.what);
    if (decided && back) decided.hold.giveBack(this.#now);
    if (decided && !back) decided.hold.spend();
  }
}

const act = fc.oneof(
  fc.constantFrom(7, 30, 99.9, 250).map((time) => (ledger: Ledger) => ledger.wait(time)),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map((ask) => (ledger: Ledger) => ledger.take(...ask)),
  fc.tuple(fc.nat(9), fc.boolean()).map((decision) => (ledger: Ledger) => ledger.decide(...decision)),
);

describe('a sliding window of many permits', () => {
  /** Takes as much as it can at each of some moments; returns when, and how late the first permit came back. */
  function flood(limit: number, per: number, moments: readonly number[]) {
    const window = windowOf(limit, per);
    const given: { at: number; weight: number }[] = [];
    for (const at of moments) {
      let weight = 0;
      while (weight < 3 && window.take(1, at)) weight++;
      if (weight > 0) given.push({ at, weight });
    }
    return { window, given };
  }

  it('is exact while it has fewer than a thousand entries', () => {
    const window = windowOf(1000, 1000);
    for (let i = 0; i < 1000; i++) expect(window.take(1, i * 0.001)).toBe(true);
    expect([window.take(1, 999.9), window.take(1, 1000), window.take(1, 1000)]).toEqual([false, true, false]);
    expect(window.readyAt(1, 1000)).toBe(1000.001);
  });

  it('keeps its promise strictly beyond that, and gives permits back at most a thousandth of the period late', () => {
    const moments = Array.from({ length: 60_000 }, (_, i) => i * 0.1 + (i % 7) * 0.01);
    const { given } = flood(20_000, 1000, moments);
    let [sum, from, late] = [0, 0, 0];
    for (const [i, { at, weight }] of given.entries()) {
      sum += weight;
      while (given[from]!.at + 1000 <= at + 1e-4) sum -= given[from++]!.weight;
      expect(sum).toBeLessThanOrEqual(20_000);
      if (sum === 20_000 && i > 0) late = Math.max(late, at - given[from]!.at - 1000);
    }
    const total = given.reduce((all, { weight }) => all + weight, 0);
    expect(total).toBeGreaterThan(119_800); // of the 120 000 that six periods have
    expect(late).toBeLessThanOrEqual(1);
  });

  it('takes each permit back within its period and a thousandth of it', () => {
    const window = windowOf(5000, 1000);
    for (let i = 0; i < 5000; i++) window.take(1, i * 0.19);
    for (let i = 0; i < 5000; i++) {
      const left = window.available(1000 + i * 0.19 + 1);
      expect(left).toBeGreaterThanOrEqual(i + 1);
      expect(left).toBeLessThanOrEqual(i + 1 + 12);
    }
  });

  it('remembers some two thousand entries and no more', () => {
    const { window } = flood(
      1_000_000,
      1000,
      Array.from({ length: 100_000 }, (_, i) => i * 0.011),
    );
    const steps = new Set<number>();
    for (let now = 1100; now < 2200; now += 0.05) steps.add(window.available(now));
    expect(steps.size).toBeGreaterThan(900);
    expect(steps.size).toBeLessThan(2100);
    expect(window.atRest(2200)).toBe(true);
  });
});
