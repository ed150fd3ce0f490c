import { describe, expect, it } from 'vitest';
import { Aimd } from '../../../../src/policies/bulkhead/adaptive/aimd.js';
import { Gradient2 } from '../../../../src/policies/bulkhead/adaptive/gradient2.js';
import {
  type AdaptiveOptions,
  type AdaptiveSettings,
  adaptiveSettings,
} from '../../../../src/policies/bulkhead/adaptive/index.js';
import { LongAverage } from '../../../../src/policies/bulkhead/adaptive/long-average.js';
import { Vegas } from '../../../../src/policies/bulkhead/adaptive/vegas.js';
import { sequence } from '../../../../src/testing/index.js';

type Settings<A> = Extract<AdaptiveSettings, { readonly algorithm: A }>;
type Given<A> = Omit<Extract<AdaptiveOptions, { readonly algorithm: A }>, 'algorithm'>;

/** What an algorithm is told of a window: the average time, the most that were running, and whether any was dropped. */
type Window = readonly [rtt: number, running: number, dropped: boolean];

const settings = <A extends AdaptiveSettings['algorithm']>(algorithm: A, given: Given<A>, most: number) =>
  adaptiveSettings({ algorithm, ...given } as AdaptiveOptions, most) as Settings<A>;

const aimd = (given: Given<'aimd'> = {}, most = 200) => new Aimd(settings('aimd', given, most));
const gradient2 = (given: Given<'gradient2'> = {}, most = 200) => new Gradient2(settings('gradient2', given, most));

/** Chance 0 probes as early as possible, chance just below 1 as late as possible. */
const vegas = (given: Given<'vegas'> = {}, most = 20, chance = 0.999) =>
  new Vegas(settings('vegas', given, most), sequence(chance));

describe('AIMD', () => {
  it.each<[string, number, number, Window, number]>([
    ['AC1 grows by one after a good window with half of the limit running', 20, 200, [1, 10, false], 21],
    ['AC1 backs off after a drop', 30, 200, [0.1, 0, true], 27],
    ['AC1 stays at the most', 21, 21, [1, 21, false], 21],
    ['AC1 does not grow with less than half of the limit running', 20, 200, [1, 9, false], 20],
    ['backs off after a window slower than its timeout', 20, 200, [5001, 20, false], 18],
    ['grows after one that took exactly its timeout', 20, 200, [5000, 20, false], 21],
    ['backs off to a whole number, so that it always falls', 19, 200, [1, 0, true], 17],
    ['never falls below the least', 1, 200, [1, 1, true], 1],
  ])('%s', (_, initialLimit, most, window, limit) => {
    const estimate = aimd({ initialLimit }, most);
    estimate.update(...window);
    expect(estimate.value).toBe(limit);
  });

  it('backs off as far and as early as it is told', () => {
    const estimate = aimd({ initialLimit: 40, backoffRatio: 0.5, timeout: '100ms', minLimit: 15 });
    const seen = [101, 101, 101, 99].map((rtt) => {
      estimate.update(rtt, 40, false);
      return estimate.value;
    });
    expect(seen).toEqual([20, 15, 15, 16]);
  });
});

describe('Vegas', () => {
  it.each<[string, number, number, readonly Window[], number]>([
    ['starts where it is told', 10, 20, [], 10],
    ['takes the first window as the time without load', 10, 20, [[10, 10, false]], 10],
    [
      'grows by six at once while nothing queues',
      10,
      20,
      [
        [10, 10, false],
        [10, 11, false],
      ],
      16,
    ],
    [
      'grows with exactly half of the limit running',
      10,
      20,
      [
        [10, 10, false],
        [10, 5, false],
      ],
      16,
    ],
    [
      'grows by six while one queues',
      10,
      20,
      [
        [10, 10, false],
        [11, 10, false],
      ],
      16,
    ],
    [
      'grows up to the most',
      10,
      12,
      [
        [10, 10, false],
        [10, 11, false],
      ],
      12,
    ],
    [
      'grows by one while two queue',
      10,
      20,
      [
        [10, 10, false],
        [12, 11, false],
      ],
      11,
    ],
    [
      'stays while three queue',
      10,
      20,
      [
        [10, 10, false],
        [14, 14, false],
      ],
      10,
    ],
    [
      'stays while six queue',
      10,
      20,
      [
        [10, 10, false],
        [25, 14, false],
      ],
      10,
    ],
    [
      'falls by one when seven queue',
      10,
      20,
      [
        [10, 10, false],
        [26, 11, false],
      ],
      9,
    ],
    [
      'falls by one when more queue',
      10,
      20,
      [
        [10, 10, false],
        [50, 11, false],
      ],
      9,
    ],
    [
      'falls by one after a drop, however fast it was',
      10,
      20,
      [
        [10, 10, false],
        [1, 10, true],
      ],
      9,
    ],
    [
      'takes no time without load from a window with a drop',
      10,
      20,
      [
        [10, 10, false],
        [1, 10, true],
        [10, 9, false],
      ],
      15,
    ],
    [
      'does not move with less than half of the limit running',
      10,
      20,
      [
        [10, 10, false],
        [10, 4, false],
      ],
      10,
    ],
    [
      'goes in larger steps when it is large',
      10_000,
      20_000,
      [
        [10_000, 5000, false],
        [10_000, 6000, false],
      ],
      10_024,
    ],
    [
      'falls in larger steps when it is large',
      10_000,
      20_000,
      [
        [10, 9000, false],
        [20, 9000, false],
      ],
      9996,
    ],
    [
      'takes a faster window as the time without load, and does nothing else',
      10,
      20,
      [
        [10, 10, false],
        [5, 10, false],
      ],
      10,
    ],
  ])('%s', (_, initialLimit, most, windows, limit) => {
    const estimate = vegas({ initialLimit }, most);
    for (const window of windows) estimate.update(...window);
    expect(estimate.value).toBe(limit);
  });

  it('never falls below the least', () => {
    const estimate = vegas({ initialLimit: 3, minLimit: 2 });
    for (let i = 0; i < 5; i++) estimate.update(10, 3, true);
    expect(estimate.value).toBe(2);
  });

  it('goes a part of the way when it is smoothed, and keeps the fraction', () => {
    const estimate = vegas({ initialLimit: 100, smoothing: 0.25 }, 200);
    const seen = [10, 20, 20].map((rtt) => {
      estimate.update(rtt, 100, false);
      return estimate.value;
    });
    expect(seen).toEqual([100, 99.5, 99.25]); // two less from 100, one less from 99.5
  });

  it.each([
    ['half as many', 0, [10, 9, 8, 8, 10]],
    ['nearly as many', 0.99, [10, 9, 8, 7, 6, 6, 10]],
  ])(
    'measures the time without load anew after %s windows as the multiplier says for each unit',
    (_, chance, limits) => {
      const estimate = vegas({ initialLimit: 10, probeMultiplier: 1 }, 10, chance);
      const seen = limits.map((_limit, i) => {
        estimate.update(i === 0 ? 10 : 100, 10, false);
        return estimate.value;
      });
      expect(seen).toEqual(limits); // falls as if most of them queued; stays while it measures; grows as if none did
    },
  );

  it('draws anew with each measurement when the next one is due', () => {
    const given = { initialLimit: 10, minLimit: 10, probeMultiplier: 1 };
    const estimate = new Vegas(settings('vegas', given, 20), sequence(0, 0.999));
    const rtts = [10, ...Array(4).fill(100), ...Array(11).fill(1000)] as number[];
    const seen = rtts.map((rtt) => {
      estimate.update(rtt, 10, false);
      return estimate.value;
    });
    // The fifth window measures 100 ms, after half of ten; the fifteenth 1000 ms, after all of them. Then nothing queues.
    expect(seen).toEqual([...Array(15).fill(10), 16]);
  });
});

describe('Gradient2', () => {
  it('grows by its smoothed queue while calls are as fast as usual', () => {
    const estimate = gradient2();
    const seen = [100, 100, 100].map((rtt) => {
      estimate.update(rtt, 20);
      return estimate.value;
    });
    expect(seen.map((value) => value.toFixed(1))).toEqual(['20.8', '21.6', '22.4']);
  });

  it.each([
    ['grows while calls are no slower than tolerated', { tolerance: 2 }, 180, 20.8],
    ['falls by the ratio in which they are', { tolerance: 1 }, 180, 20 * (0.8 + (0.2 * 120) / 180) + 0.8],
    ['falls by no more than a half, smoothed', { tolerance: 1 }, 100_000, 20 * 0.9 + 0.8],
    ['goes all the way when it is not smoothed', { tolerance: 1, smoothing: 1, queueSize: 1 }, 100_000, 11],
  ])('%s', (_, given, rtt, limit) => {
    const estimate = gradient2({ ...given, initialLimit: 20 });
    for (let i = 0; i < 3; i++) estimate.update(100, 1); // too few are running: the usual time is all it learns
    estimate.update(rtt, 20);
    expect(estimate.value).toBeCloseTo(limit, 10);
  });

  it('does not move with less than half of the limit running', () => {
    const estimate = gradient2();
    estimate.update(100, 9);
    expect(estimate.value).toBe(20);
    estimate.update(100, 10);
    expect(estimate.value).toBeCloseTo(20.8, 10);
  });

  it('keeps within its range', () => {
    const [low, high] = [gradient2({ minLimit: 19 }), gradient2({}, 21)];
    for (let i = 0; i < 30; i++) low.update(100 * 2 ** i, 20);
    for (let i = 0; i < 30; i++) high.update(100, 20);
    expect([low.value, high.value]).toEqual([19, 21]);
  });

  it.each([
    ['few', 10, 20.8],
    ['many', 600, 19.17349], // 20 × (0.8 + 0.2 × 112.74 / 190) + 0.8
  ])('takes what it saw over %s windows as usual', (_, longWindow, limit) => {
    const estimate = gradient2({ longWindow, tolerance: 1 });
    for (let i = 0; i < 10; i++) estimate.update(100, 1);
    for (let i = 0; i < 40; i++) estimate.update(200, 1);
    estimate.update(190, 20);
    expect(estimate.value).toBeCloseTo(limit, 5);
  });

  it('forgets a long overload faster than the average alone would', () => {
    const recovered = (windows: number) => {
      const estimate = gradient2({ longWindow: 600, tolerance: 1, minLimit: 10 }, 1000);
      for (let i = 0; i < 20; i++) estimate.update(1000, 1);
      for (let i = 0; i < windows; i++) estimate.update(100, 1);
      estimate.update(400, 200); // usual by now, or four times as slow?
      return estimate.value;
    };
    expect(recovered(5)).toBeCloseTo(20.8, 10);
    expect(recovered(40)).toBeLessThan(20);
  });
});

describe('the long average', () => {
  it('is a plain one at first, and follows slowly afterwards', () => {
    const average = new LongAverage(100);
    const first = Array.from({ length: 10 }, (_, i) => average.add(i + 10));
    expect(first).toEqual([10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5]);
    expect(average.add(100)).toBeCloseTo(14.5 + (85.5 * 2) / 101, 10);
  });

  it('goes on from where it was moved to', () => {
    const average = new LongAverage(99);
    for (let i = 0; i < 10; i++) average.add(100);
    average.scale(0.5);
    expect(average.add(100)).toBeCloseTo(51, 10);
  });
});
