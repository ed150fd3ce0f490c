import { describe, expect, it } from 'vitest';
import { ToldLimits } from '../../../../src/policies/rate-limit/told/index.js';
import { readyBehind } from '../kinds.js';
import { answer, window } from './answers.js';

const day = 86_400_000;
const minute = { limit: 10, per: 60_000 };

function told(...given: Parameters<typeof answer>): ToldLimits {
  const limits = new ToldLimits();
  limits.adopt(answer(...given), 0);
  return limits;
}

function takeAll(limits: ToldLimits, now: number): number {
  let taken = 0;
  while (taken < 1000 && limits.take(1, now)) taken++;
  return taken;
}

describe('limits of which nothing was told', () => {
  it('restrict nobody', () => {
    const limits = new ToldLimits();
    expect([limits.fits(1e9, 0), limits.take(1e9, 0), limits.readyAt(1e9, 5)]).toEqual([true, true, 5]);
    expect([limits.available(0), limits.capacity, limits.atRest(0)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      true,
    ]);
    limits.keep(0, 0);
    limits.hold(1).giveBack(0);
    limits.hold(1).spend();
    expect([limits.available(0), readyBehind(limits, 1, 0, [5, 5])]).toEqual([Number.POSITIVE_INFINITY, 0]);
  });

  it.each([
    ['no window', answer()],
    ['what is left, without an end or a period', answer({ remaining: 0 })],
    ['what is left of a window that is over', answer({ remaining: 0, resetAfter: 0 })],
    ['a limit without a period', answer({ limit: 5, resetAfter: 1000 })],
    ['a pause of nothing', { pausedFor: 0, windows: [] }],
  ])('stay so by an answer that tells %s', (_what, nothing) => {
    const limits = new ToldLimits();
    expect([limits.adopt(nothing, 7), limits.available(7), limits.atRest(7)]).toEqual([
      false,
      Number.POSITIVE_INFINITY,
      true,
    ]);
  });
});

describe('a pause', () => {
  const pause = (pausedFor: number) => ({ pausedFor, windows: [] });

  it('lets nobody through before it is over, whatever the weight, and ends by itself', () => {
    const limits = new ToldLimits();
    expect(limits.adopt(pause(1000), 5)).toBe(true);
    expect([limits.fits(0, 1004.9), limits.take(1, 1004.9), limits.available(1004.9), limits.atRest(1004)]).toEqual([
      false,
      false,
      0,
      false,
    ]);
    expect([limits.readyAt(1, 5), readyBehind(limits, 1, 5, [1, 1]), limits.readyAt(1, 2000)]).toEqual([
      1005, 1005, 2000,
    ]);
    expect([limits.take(1, 1005), limits.available(1005), limits.atRest(1005)]).toEqual([
      true,
      Number.POSITIVE_INFINITY,
      true,
    ]);
  });

  it('lasts until the later end of two', () => {
    const limits = new ToldLimits();
    const news = [limits.adopt(pause(1000), 0), limits.adopt(pause(500), 100), limits.adopt(pause(1000), 200)];
    expect([news, limits.readyAt(1, 200)]).toEqual([[true, false, true], 1200]);
  });

  it('is told beside windows, and both hold', () => {
    const limits = new ToldLimits();
    limits.adopt({ pausedFor: 1000, windows: [window({ remaining: 0, resetAfter: 3000 })] }, 0);
    expect(limits.readyAt(1, 0)).toBe(3000);
    limits.adopt(pause(5000), 0);
    expect(limits.readyAt(1, 0)).toBe(5000);
  });
});

describe('a window', () => {
  it('gives what is left of it until it begins anew, and then restricts nobody where nothing is known of it', () => {
    const limits = new ToldLimits();
    expect(limits.adopt(answer({ remaining: 3, resetAfter: 1000, limit: 10 }), 0)).toBe(true);
    expect([limits.available(0), limits.atRest(999), takeAll(limits, 10), limits.available(10)]).toEqual([
      3,
      false,
      3,
      0,
    ]);
    expect([limits.readyAt(1, 10), limits.fits(1, 999.9), limits.atRest(1000)]).toEqual([1000, false, true]);
    expect([limits.available(1000), takeAll(limits, 1000)]).toEqual([Number.POSITIVE_INFINITY, 1000]);
  });

  it('counts weights, and takes nothing where they are too much', () => {
    const limits = told({ remaining: 3, resetAfter: 1000 });
    expect([2, 2, 1, 1].map((weight) => limits.take(weight, 0))).toEqual([true, false, true, false]);
    expect([limits.readyAt(0, 0), limits.readyAt(0.1, 0)]).toEqual([0, 1000]);
  });

  it('lets a weight above its whole limit through as soon as it begins anew', () => {
    const limits = told({ remaining: 3, resetAfter: 1000, ...minute });
    expect([limits.take(50, 999), limits.readyAt(50, 0), limits.take(50, 1000)]).toEqual([false, 1000, true]);
    expect([limits.available(1000), limits.readyAt(1, 1000)]).toEqual([0, 61_000]);
  });

  it('is assumed to be followed by one more, which begins with the first use, and by nothing after that', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    expect([limits.available(1000), limits.atRest(5000), limits.available(5000)]).toEqual([10, true, 10]);
    expect([takeAll(limits, 5000), limits.readyAt(1, 5000), limits.atRest(5000)]).toEqual([10, 65_000, false]);
    expect([limits.fits(1, 64_999), limits.available(65_000), takeAll(limits, 65_000)]).toEqual([
      false,
      Number.POSITIVE_INFINITY,
      1000,
    ]);
  });

  it('is forgotten when a day has passed without any use', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    expect([limits.available(day + 999), limits.available(day + 1000)]).toEqual([10, Number.POSITIVE_INFINITY]);
    expect([takeAll(limits, day + 1000), limits.available(day + 1000)]).toEqual([1000, Number.POSITIVE_INFINITY]);
  });

  it('lasts no longer than its period where its end was not told', () => {
    const limits = told({ remaining: 1, ...minute });
    expect([takeAll(limits, 0), limits.readyAt(1, 0)]).toEqual([1, 60_000]);
  });

  it('of which only the limit was told begins with the first use after that', () => {
    const limits = new ToldLimits();
    expect(limits.adopt(answer(minute), 0)).toBe(true);
    expect([limits.available(0), limits.atRest(0), limits.readyAt(1, 7)]).toEqual([10, true, 7]);
    expect([takeAll(limits, 500), limits.readyAt(1, 500)]).toEqual([10, 60_500]);
  });

  it('goes on as long as its limit is told, without being told what is left', () => {
    const limits = told(minute);
    expect(takeAll(limits, 0)).toBe(10);
    const next = answer({ limit: 4, per: 60_000 });
    expect([limits.adopt(next, 30_000), limits.adopt(next, 30_000)]).toEqual([true, false]);
    expect([limits.readyAt(1, 30_000), takeAll(limits, 60_000), limits.readyAt(1, 60_000)]).toEqual([
      60_000, 4, 120_000,
    ]);
  });

  it('says when each of those who wait gets through', () => {
    const limits = told({ remaining: 2, resetAfter: 1000, ...minute });
    const ready = [[], [1], [1, 1], [2, 9], [2, 9, 2], [3]].map((line) => readyBehind(limits, 1, 0, line));
    expect(ready).toEqual([0, 0, 1000, 1000, 61_000, 1000]);
    expect(limits.available(0)).toBe(2);
  });

  it('can be emptied', () => {
    const limits = told({ remaining: 5, resetAfter: 1000, ...minute });
    limits.keep(7, 0);
    expect(limits.available(0)).toBe(5);
    limits.keep(2, 0);
    expect([limits.available(0), takeAll(limits, 0)]).toEqual([2, 2]);
    limits.keep(10, 2000);
    expect(limits.atRest(2000)).toBe(true);
    limits.keep(0, 2000);
    expect([limits.available(2000), limits.readyAt(1, 2000)]).toEqual([0, 62_000]);
  });
});

describe('another answer', () => {
  it('for the same window lowers what is left, and never raises it: answers overtake each other', () => {
    const limits = told({ remaining: 5, resetAfter: 30_000 });
    const news = [8, 3, 4].map((remaining) => limits.adopt(answer({ remaining, resetAfter: 29_500 }), 500));
    expect([news, limits.available(500)]).toEqual([[false, true, false], 3]);
  });

  it.each([
    { by: 'a second', after: 4000, differs: 1000, same: true },
    { by: 'more than a second', after: 4000, differs: 1001, same: false },
    { by: 'a tenth of the time until then', after: 90_000, differs: 10_000, same: true },
    { by: 'more than a tenth of it', after: 90_000, differs: 10_002, same: false },
  ])('is for the same window: $same, where it ends $by later', ({ after, differs, same }) => {
    const limits = told({ remaining: 0, resetAfter: after });
    expect(limits.adopt(answer({ remaining: 9, resetAfter: after + differs }), 0)).toBe(true);
    expect([limits.available(0), limits.atRest(after + differs - 1)]).toEqual([same ? 0 : 9, false]);
  });

  it('is for the next window, where the one that was known has begun anew', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    limits.adopt(answer({ remaining: 5, resetAfter: 300 }), 1500);
    expect([limits.available(1500), limits.readyAt(6, 1500)]).toEqual([5, 1800]);
  });

  it('is for the next window, where it ends more than half a period later', () => {
    const second = { limit: 10, per: 1000 };
    const limits = told({ remaining: 0, resetAfter: 1000, ...second });
    limits.adopt(answer({ remaining: 9, resetAfter: 1000, ...second }), 400);
    expect(limits.available(400)).toBe(0);
    limits.adopt(answer({ remaining: 9, resetAfter: 1000, ...second }), 900);
    expect(limits.available(900)).toBe(9);
  });

  it('does not stretch a window little by little: the first end counts', () => {
    const limits = told({ remaining: 5, resetAfter: 5000 });
    for (const now of [600, 900]) limits.adopt(answer({ remaining: 9, resetAfter: 5000 }), now);
    expect(limits.available(900)).toBe(5);
    limits.adopt(answer({ remaining: 9, resetAfter: 5000 }), 1200);
    expect(limits.available(1200)).toBe(9);
  });

  it('for a window that ends later replaces what was known', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    expect(limits.adopt(answer({ remaining: 7, resetAfter: 60_000 }), 500)).toBe(true);
    expect([takeAll(limits, 500), limits.readyAt(1, 500)]).toEqual([7, 60_500]);
    expect(limits.available(60_500)).toBe(Number.POSITIVE_INFINITY);
  });

  it('for a window that ends earlier holds beside what was known, until then', () => {
    const limits = told({ remaining: 5, resetAfter: 60_000 });
    limits.adopt(answer({ remaining: 0, resetAfter: 2000 }), 0);
    expect([limits.available(0), limits.readyAt(1, 0), takeAll(limits, 2000)]).toEqual([0, 2000, 5]);
    expect(limits.readyAt(1, 2000)).toBe(60_000);
  });

  it('is compared with the end that was told first, but what is known lasts as long as was told last', () => {
    const limits = told({ remaining: 5, resetAfter: 100_000 });
    limits.adopt(answer({ remaining: 0, resetAfter: 109_000 }), 0);
    limits.adopt(answer({ remaining: 5, resetAfter: 15_000 }), 90_000);
    expect([limits.available(90_000), limits.readyAt(1, 90_000), limits.readyAt(1, 106_000)]).toEqual([
      0, 109_000, 109_000,
    ]);
  });

  it('for the window that was assumed lowers what is left of that', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    takeAll(limits, 2000);
    limits.adopt(answer({ remaining: 9, resetAfter: 60_000 }), 2000);
    expect([limits.available(2000), limits.readyAt(1, 2000)]).toEqual([0, 62_000]);
  });

  // An answer that differed a little from an assumed end was taken for the same window, but that guess went on to be what later answers were
  // compared with: the next one for that window differed too much from it, passed for a later window, and gave back what had been used up.
  it('is compared with what was told, no longer with what was assumed', () => {
    const original = told({ remaining: 0, resetAfter: 1000, ...minute });
    takeAll(original, 2000);
    for (const limits of [original, original.copy()]) {
      limits.adopt(answer({ remaining: 0, resetAfter: 63_000 }), 2000);
      limits.adopt(answer({ remaining: 5, resetAfter: 41_000 }), 27_500);
      expect([limits.available(27_500), limits.readyAt(1, 27_500)]).toEqual([0, 68_500]);
      limits.adopt(answer({ remaining: 5, resetAfter: 44_500 }), 27_500);
      expect(limits.available(27_500)).toBe(5);
    }
  });

  it('takes the place of what was assumed', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    expect(takeAll(limits, 2000)).toBe(10);
    limits.adopt(answer({ remaining: 4, resetAfter: 70_000, ...minute }), 3000);
    expect([takeAll(limits, 3000), limits.readyAt(1, 3000)]).toEqual([4, 73_000]);
  });

  it('has the window after this one assumed again', () => {
    const limits = told({ remaining: 0, resetAfter: 1000, ...minute });
    takeAll(limits, 1000);
    limits.adopt(answer({ remaining: 0, resetAfter: 60_000, ...minute }), 1100);
    expect([limits.available(61_200), takeAll(limits, 61_200), limits.readyAt(1, 61_200)]).toEqual([10, 10, 121_200]);
  });

  it('for the same window that does not tell the limit leaves what is known of it', () => {
    const limits = told({ remaining: 5, resetAfter: 30_000, ...minute });
    limits.adopt(answer({ remaining: 5, resetAfter: 30_000 }), 0);
    expect(limits.available(30_000)).toBe(10);
    limits.adopt(answer({ remaining: 5, resetAfter: 30_000, limit: 7, per: 60_000 }), 0);
    expect(limits.available(30_000)).toBe(7);
  });

  it('for another limit holds beside, and all or nothing is taken', () => {
    const limits = told({ id: 'a', remaining: 2, resetAfter: 1000 }, { id: 'b', remaining: 5, resetAfter: 9000 });
    expect([limits.take(3, 0), limits.available(0), takeAll(limits, 0)]).toEqual([false, 2, 2]);
    expect([limits.readyAt(1, 0), limits.readyAt(4, 0), takeAll(limits, 1000)]).toEqual([1000, 9000, 3]);
  });

  it('for a ninth limit is ignored until one of the eight is over', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const limits = told(...ids.map((id) => ({ id, remaining: 9, resetAfter: id === 'c' ? 1000 : 5000 })));
    const ninth = answer({ id: 'i', remaining: 1, resetAfter: 5000 });
    expect([limits.adopt(ninth, 999), limits.available(999)]).toEqual([false, 9]);
    expect([limits.adopt(answer({ id: 'b', remaining: 4, resetAfter: 4001 }), 999), limits.available(999)]).toEqual([
      true,
      4,
    ]);
    expect([limits.adopt(ninth, 1000), limits.available(1000)]).toEqual([true, 1]);
  });
});

describe('permits that are given back', () => {
  it('are there again, in every window that they were taken from', () => {
    const limits = told({ id: 'a', remaining: 2, resetAfter: 1000 }, { id: 'b', remaining: 3, resetAfter: 9000 });
    limits.take(2, 0);
    const hold = limits.hold(2);
    limits.adopt(answer({ id: 'c', remaining: 1, resetAfter: 9000 }), 1);
    hold.giveBack(10);
    expect([limits.available(10), takeAll(limits, 10), limits.available(1000)]).toEqual([1, 1, 0]);
  });

  it('are gone once they are spent', () => {
    const limits = told({ remaining: 2, resetAfter: 1000 });
    limits.take(2, 0);
    limits.hold(2).spend();
    expect(limits.available(0)).toBe(0);
  });

  it('do not raise what the server has said to be left since', () => {
    const limits = told({ remaining: 10, resetAfter: 60_000 });
    limits.take(1, 1);
    const early = limits.hold(1);
    limits.adopt(answer({ remaining: 8, resetAfter: 59_998 }), 2);
    limits.take(1, 3);
    const late = limits.hold(1);
    early.giveBack(4);
    expect(limits.available(4)).toBe(7);
    late.giveBack(4);
    expect([limits.available(4), takeAll(limits, 4)]).toEqual([8, 8]);
  });

  it('raise it up to what the server has said since', () => {
    const limits = told({ remaining: 10, resetAfter: 60_000 });
    limits.take(3, 1);
    const hold = limits.hold(3);
    limits.adopt(answer({ remaining: 9, resetAfter: 59_998 }), 2);
    expect(limits.available(2)).toBe(7);
    hold.giveBack(3);
    expect(limits.available(3)).toBe(9);
  });

  it('are given back in full, once none is on hold of those that the server had not counted in', () => {
    const limits = told({ remaining: 10, resetAfter: 60_000 });
    limits.take(1, 1);
    const early = limits.hold(1);
    limits.adopt(answer({ remaining: 5, resetAfter: 59_998 }), 2);
    early.spend();
    limits.take(2, 3);
    const late = limits.hold(2);
    limits.adopt(answer({ remaining: 10, resetAfter: 59_996 }), 4);
    late.giveBack(5);
    expect(limits.available(5)).toBe(5);
  });

  it('are not given to a window that has begun since', () => {
    const limits = told({ remaining: 1, resetAfter: 1000, ...minute });
    limits.take(1, 0);
    const early = limits.hold(1);
    expect(takeAll(limits, 1000)).toBe(10);
    early.giveBack(1001);
    expect(limits.available(1001)).toBe(0);
  });

  it('are not given to a window that was told since', () => {
    const limits = told({ remaining: 1, resetAfter: 1000 });
    limits.take(1, 0);
    const early = limits.hold(1);
    limits.adopt(answer({ remaining: 0, resetAfter: 60_000 }), 500);
    early.giveBack(501);
    expect(limits.available(501)).toBe(0);
  });
});

describe('a copy', () => {
  it('goes its own way', () => {
    const limits = told({ remaining: 5, resetAfter: 1000, ...minute });
    const copy = limits.copy();
    copy.take(2, 0);
    limits.take(4, 0);
    copy.adopt({ pausedFor: 3000, windows: [window({ id: 'b', remaining: 0, resetAfter: 5000 })] }, 0);
    expect([limits.available(0), limits.readyAt(2, 0), copy.available(3000), copy.readyAt(1, 0)]).toEqual([
      1, 1000, 0, 5000,
    ]);
    expect([takeAll(limits, 1000), copy.available(5000)]).toEqual([10, 10]);
  });

  it('begins as what it was made from', () => {
    const limits = told({ remaining: 5, resetAfter: 60_000 }, { ...minute, id: 'b' });
    limits.adopt({ pausedFor: 100, windows: [window({ remaining: 5, resetAfter: 61_000 })] }, 0);
    limits.take(1, 100);
    const copy = limits.copy();
    expect([copy.readyAt(1, 0), copy.available(100), copy.readyAt(5, 100), copy.readyAt(10, 100)]).toEqual([
      100, 4, 61_000, 61_000,
    ]);
    copy.adopt(answer({ remaining: 9, resetAfter: 66_600 }), 100);
    expect(copy.available(100)).toBe(9);
  });
});
