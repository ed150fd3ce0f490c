import { describe, expect, it } from 'vitest';
import { course, type Moment, type Scene } from './course.js';
import { draw } from './draw.js';
import { bulkheads, capacity, dropsAlone, forGood, latency, longer, refusing } from './scenes.js';
import { phases } from './summary.js';

type Options = Parameters<typeof course>[1];

const seeds = [1, 2, 3, 4, 5];
const { 'fixed at 200': fixed, aimd, vegas, gradient2 } = bulkheads;
const adaptive = [
  ['aimd', aimd],
  ['vegas', vegas],
  ['gradient2', gradient2],
] as const;

const run = memoized();

/** What a scene comes to behind a bulkhead, whatever the arrivals. */
async function whatever(scene: Scene, options: Options) {
  const courses = await Promise.all(seeds.map((seed) => run(scene, options, seed)));
  return courses.map((moments) => phases(scene, moments));
}

/** Courses are run once, however many tests look at them. */
function memoized() {
  const known = new Map<Scene, Map<Options, Map<number, Promise<Moment[]>>>>();
  return (scene: Scene, options: Options, seed: number) => {
    const ofScene = known.get(scene) ?? new Map();
    const ofBoth = ofScene.get(options) ?? new Map();
    const moments = ofBoth.get(seed) ?? course(scene, options, seed);
    known.set(scene, ofScene.set(options, ofBoth.set(seed, moments)));
    return moments as Promise<Moment[]>;
  };
}

describe('A callee that loses three quarters of its workers', () => {
  it('answers after five seconds behind a fixed limit that is too high', async () => {
    for (const { before, during } of await whatever(capacity, fixed)) {
      expect(before.median).toBeLessThan(115);
      expect(during.median).toBeGreaterThan(4500);
    }
  });

  it.each(adaptive)('answers many times faster behind %s, and is kept just as busy', async (_, options) => {
    const steady = await whatever(capacity, fixed);
    for (const [i, { during }] of (await whatever(capacity, options)).entries()) {
      expect(during.median).toBeLessThan(800);
      expect(during.answered).toBeGreaterThan(0.97 * steady[i]!.during.answered);
    }
  });

  it.each(adaptive)('has the limit that it needs soon after it has its workers back, behind %s', async (_, options) => {
    for (const { after } of await whatever(capacity, options)) {
      expect(after.refused).toBeLessThan(2);
      expect(after.median).toBeLessThan(115);
      expect(after.limits.least).toBeGreaterThan(25);
    }
  });

  it('sees a saw-tooth around what it can take within the timeout of aimd', async () => {
    for (const { during } of await whatever(capacity, aimd)) {
      const { least, most } = during.limits; // 40 calls a second, each within 500 ms: 20 at a time
      expect([least >= 15, least < 20, most >= 20, most <= 25]).toEqual([true, true, true, true]);
      const falls = during.moves.filter((limit, i) => limit < (during.moves[i - 1] ?? 0));
      const rises = during.moves.filter((limit, i) => limit > (during.moves[i - 1] ?? limit));
      expect(falls.length).toBeGreaterThan(0);
      expect(rises.length).toBeGreaterThan(falls.length);
      expect(rises.every((limit) => during.moves.includes(limit - 1))).toBe(true);
    }
  });

  it('is flooded behind aimd when neither drops nor its timeout tell', async () => {
    for (const { before, during } of await whatever(capacity, dropsAlone)) {
      expect(during.limits.least).toBeGreaterThan(before.limits.most + 10);
      expect(during.median).toBeGreaterThan(1300);
    }
  });

  it('keeps a queue behind vegas that gets shorter by one call a second', async () => {
    for (const { before, during } of await whatever(capacity, vegas)) {
      expect(during.limits.most).toBeLessThan(before.limits.most);
      expect(during.moves.at(-1)).toBeLessThanOrEqual(during.moves[0]!);
      expect(during.moves.every((limit, i) => i === 0 || Math.abs(limit - during.moves[i - 1]!) === 1)).toBe(true);
    }
  });

  it('is left a queue of six by vegas in the end', async () => {
    for (const { before, during, after } of await whatever(longer, vegas)) {
      expect(during.limits.most).toBeLessThanOrEqual(11); // four at work, and the queue
      expect(during.limits.least).toBeGreaterThanOrEqual(8);
      expect(during.median / before.median).toBeLessThan(3);
      expect(after.refused).toBeLessThan(2);
    }
  });

  it('settles behind gradient2 at three times the time without load', async () => {
    for (const { before, during } of await whatever(capacity, gradient2)) {
      expect(during.median / before.median).toBeGreaterThan(2.5);
      expect(during.median / before.median).toBeLessThan(3.5);
      expect(during.limits.most - during.limits.least).toBeLessThanOrEqual(1);
    }
  });
});

describe('A callee that loses workers, and refuses what it cannot take', () => {
  it('is spared most refusals by aimd, whose limit stays around the calls that it takes at a time', async () => {
    const steady = await whatever(refusing, fixed);
    for (const [i, { during }] of (await whatever(refusing, dropsAlone)).entries()) {
      expect(during.limits).toEqual({ least: 9, most: 11 }); // four at work, six in the queue
      expect(during.failed).toBeLessThan(0.5 * steady[i]!.during.failed);
      expect(during.answered).toBeGreaterThan(0.97 * steady[i]!.during.answered);
    }
  });

  it('is spared none by gradient2, which looks at time alone', async () => {
    for (const { before, during } of await whatever(refusing, gradient2)) {
      expect(during.limits.least).toBeGreaterThanOrEqual(before.limits.most);
      expect(during.refused).toBe(0);
      expect(during.failed).toBeGreaterThan(60);
    }
  });
});

describe('A callee that is slower for a while, and could take all calls nonetheless', () => {
  it.each([
    ['a fixed limit', fixed, 0],
    ['aimd', aimd, 6],
  ] as const)('takes them behind %s', async (_, options, most) => {
    for (const { during } of await whatever(latency, options)) {
      expect(during.refused).toBeLessThanOrEqual(most);
      expect(during.median).toBeGreaterThan(370);
      expect(during.median).toBeLessThan(440);
    }
  });

  it.each([
    ['vegas', vegas],
    ['gradient2', gradient2],
  ] as const)('is kept from many of them by %s, which takes the longer time for a queue', async (_, options) => {
    for (const { before, during } of await whatever(latency, options)) {
      expect(during.limits.most).toBeLessThan(before.limits.most);
      expect(during.refused).toBeGreaterThan(30);
      expect(during.median).toBeGreaterThan(350);
    }
  });

  it('is let have most of them by vegas in the end, when it stays as slow: its probes tell', async () => {
    const moments = await run(forGood, vegas, 1);
    const limits = moments.filter(({ at }) => at > 20 && at <= 200).map(({ limit }) => limit);
    const { during } = phases(forGood, moments);
    expect(Math.min(...limits)).toBeLessThan(9);
    expect(during.limits.least).toBeGreaterThan(20);
    expect(during.refused).toBeLessThan(50);
  });

  it('is let have all of them by gradient2 in the end, when it stays as slow: that is usual then', async () => {
    const { before, during } = phases(forGood, await run(forGood, gradient2, 1));
    expect(during.median / before.median).toBeGreaterThan(3.7);
    expect(during.limits.least).toBeGreaterThan(100);
    expect(during.refused).toBe(0);
  });

  it.each(adaptive)('takes all of them soon after it is fast again, behind %s', async (_, options) => {
    for (const { after } of await whatever(latency, options)) {
      expect(after.refused).toBeLessThan(2);
      expect(after.median).toBeLessThan(115);
    }
  });
});

describe('The limit', () => {
  it.each(adaptive)('of %s stays in its range, and no more calls run than it has ever allowed', async (_, options) => {
    for (const scene of [capacity, refusing, latency]) {
      for (const seed of seeds) {
        const moments = await run(scene, options, seed);
        const limits = moments.map(({ limit }) => limit);
        expect(Math.min(...limits)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...limits)).toBeLessThanOrEqual(200);
        expect(Math.max(...moments.map(({ running }) => running))).toBeLessThanOrEqual(Math.max(...limits));
      }
    }
  });
});

describe('The page on adaptive limits', () => {
  it.each([
    ['capacity', 'A callee loses 12 of its 16 workers for 30 s', '4 workers', capacity],
    [
      'latency',
      'A callee takes four times as long for 30 s, with workers to spare',
      '400 ms instead of 100 ms',
      latency,
    ],
  ] as const)('shows what the code does: a step in %s', async (name, title, label, scene) => {
    const courses = new Map<string, Moment[]>();
    for (const [bulkhead, options] of Object.entries(bulkheads)) courses.set(bulkhead, await run(scene, options, 1));
    await expect(draw(scene, title, label, courses)).toMatchFileSnapshot(
      `../../docs/plots/adaptive-limits-${name}.svg`,
    );
  });
});
