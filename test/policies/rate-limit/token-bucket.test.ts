import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hold, Shape } from '../../../src/policies/rate-limit/meter.js';
import { TokenBucket } from '../../../src/policies/rate-limit/token-bucket.js';
import { readyBehind } from './kinds.js';

const shape = (limit: number, per: number, burst = limit): Shape => ({ limit, per, burst });

function takeAll(bucket: TokenBucket, now: number): number {
  let taken = 0;
  while (bucket.take(1, now)) taken++;
  return taken;
}

describe('a token bucket', () => {
  it('RL9 gives as many permits as it holds, and one more as soon as it has come back', () => {
    const bucket = new TokenBucket(shape(10, 500));
    expect([5, 5, 1].map((weight) => bucket.take(weight, 1000))).toEqual([true, true, false]);
    expect([bucket.take(1, 1049), bucket.take(1, 1050)]).toEqual([false, true]);
  });

  it.each([
    { burst: 1, at: 0, permits: 1 },
    { burst: 10, at: 0, permits: 10 },
    { burst: 25, at: 0, permits: 25 },
    { burst: 10, at: 99, permits: 0 },
    { burst: 10, at: 100, permits: 1 },
    { burst: 10, at: 350, permits: 3 },
    { burst: 10, at: 1000, permits: 10 },
    { burst: 10, at: 3_600_000, permits: 10 },
    { burst: 25, at: 3_600_000, permits: 25 },
  ])(
    'of 10 per second, bursts of $burst: $permits permits $at ms after it was full or emptied',
    ({ burst, at, permits }) => {
      const bucket = new TokenBucket(shape(10, 1000, burst));
      if (at > 0) takeAll(bucket, 5000);
      expect(bucket.available(5000 + at)).toBe(permits);
      expect(takeAll(bucket, 5000 + at)).toBe(permits);
    },
  );

  it.each([3, 7, 9, 11, 60, 97, 1000, 1_000_000])(
    'of %d per second lets exactly one more through when it says so',
    (limit) => {
      const bucket = new TokenBucket(shape(limit, 1000, 3));
      let now = 123_456.789;
      expect(takeAll(bucket, now)).toBe(3);
      for (let i = 0; i < 50; i++) {
        const wait = bucket.readyAt(1, now) - now;
        expect(wait).toBeGreaterThan(0);
        now += wait;
        expect(bucket.available(now)).toBe(1);
        expect(takeAll(bucket, now)).toBe(1);
      }
    },
  );

  it.each([
    { weight: 1, line: [], ready: 100 },
    { weight: 3, line: [], ready: 300 },
    { weight: 1, line: [1, 1], ready: 300 },
    { weight: 10, line: [10], ready: 2000 },
    { weight: 2, line: [5, 7, 10], ready: 2400 },
  ])('emptied, has $weight permits behind a line of $line after $ready ms', ({ weight, line, ready }) => {
    const bucket = new TokenBucket(shape(10, 1000));
    takeAll(bucket, 0);
    expect(readyBehind(bucket, weight, 0, line)).toBeCloseTo(ready);
  });

  it('counts periods of a month as well as those of a second', () => {
    const month = 31 * 86_400_000;
    const bucket = new TokenBucket(shape(2, month));
    expect(takeAll(bucket, 0)).toBe(2);
    expect(bucket.readyAt(1, 0)).toBe(month / 2);
    expect([bucket.take(1, month / 2 - 1), bucket.take(1, month / 2)]).toEqual([false, true]);
  });

  it('is not confused by a clock that was read a little earlier', () => {
    const bucket = new TokenBucket(shape(1, 100));
    expect([bucket.take(1, 1000), bucket.take(1, 1100)]).toEqual([true, true]);
    expect([bucket.take(1, 1095), bucket.available(1095)]).toEqual([false, 0]);
    expect(bucket.readyAt(1, 1095)).toBe(1200);
  });

  it('is emptied by keeping nothing, and fills again from there', () => {
    const bucket = new TokenBucket(shape(10, 1000));
    bucket.keep(0, 0);
    expect([bucket.available(0), bucket.available(100), bucket.available(1000)]).toEqual([0, 1, 10]);
  });

  it('keeps what is there when its terms change, within the new burst', () => {
    const bucket = new TokenBucket(shape(10, 1000));
    bucket.take(4, 0);
    bucket.change(shape(100, 1000), 0);
    expect([bucket.available(0), bucket.available(10), bucket.available(940)]).toEqual([6, 7, 100]);
    bucket.change(shape(2, 1000), 940);
    expect([bucket.available(940), takeAll(bucket, 940), bucket.readyAt(1, 940)]).toEqual([2, 2, 1440]);
  });

  it('lets through what was accepted before its burst became smaller, and makes up for it afterwards', () => {
    const bucket = new TokenBucket(shape(10, 1000));
    takeAll(bucket, 0);
    bucket.change(shape(4, 1000), 0);
    expect(bucket.readyAt(8, 0)).toBe(1000);
    expect([bucket.take(8, 999), bucket.take(8, 1000)]).toEqual([false, true]);
    expect(bucket.readyAt(1, 1000)).toBe(1000 + 5 * 250);
  });
});

describe('a token bucket of extreme terms', () => {
  it.each([
    [1e9, 1000, 1e9],
    [1e6, 1, 1e6],
    [3, 1e13, 3],
    [Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER],
    [1, 1e15, 7],
  ])('of %d per %d ms has its burst at rest, whenever that is, and no more', (limit, per, burst) => {
    for (let now = 0.137; now < 1e9; now = now * 3 + 0.411) {
      const bucket = new TokenBucket({ limit, per, burst });
      expect([bucket.available(now), bucket.readyAt(burst, now), bucket.take(burst, now)]).toEqual([burst, now, true]);
    }
  });
});

describe('a permit that a token bucket gets back', () => {
  it('is there again', () => {
    const bucket = new TokenBucket(shape(2, 3_600_000));
    bucket.take(1, 0);
    const hold = bucket.hold(1, 0);
    bucket.take(1, 0);
    expect(bucket.available(10)).toBe(0);
    hold.giveBack(10);
    expect(bucket.available(10)).toBe(1);
  });

  it('counts once, however often it is given back or spent', () => {
    const bucket = new TokenBucket(shape(5, 3_600_000));
    takeAll(bucket, 0);
    const [first, second] = [bucket.hold(1, 0), bucket.hold(1, 0)];
    first.giveBack(0);
    first.giveBack(0);
    second.spend();
    second.giveBack(0);
    expect(bucket.available(0)).toBe(1);
  });

  it('is worth nothing once the bucket has been full without it', () => {
    const bucket = new TokenBucket(shape(10, 1000));
    bucket.take(1, 0);
    const hold = bucket.hold(1, 0);
    expect(takeAll(bucket, 100)).toBe(10);
    hold.giveBack(100);
    expect(bucket.available(100)).toBe(0);
  });

  it('is worth as much as without others on hold, whatever order they come back in', () => {
    const bucket = new TokenBucket(shape(10, 1000));
    takeAll(bucket, 0);
    const early = bucket.hold(3, 0);
    bucket.take(5, 500);
    const late = bucket.hold(5, 500);
    late.giveBack(500);
    expect(bucket.available(500)).toBe(5);
    early.giveBack(500);
    expect(bucket.available(500)).toBe(8);
  });

  it('is worth nothing under other terms', () => {
    const bucket = new TokenBucket(shape(10, 1000));
    takeAll(bucket, 0);
    const hold = bucket.hold(1, 0);
    bucket.change(shape(20, 1000), 0);
    const later = bucket.hold(1, 0);
    hold.giveBack(0);
    expect(bucket.available(0)).toBe(0);
    later.giveBack(0);
    expect(bucket.available(0)).toBe(1);
  });

  it('leaves no more to a burst than there ever may be, though many come back at once', () => {
    const bucket = new TokenBucket(shape(100, 1000));
    const holds = Array.from({ length: 100 }, () => {
      bucket.take(1, 0);
      return bucket.hold(1, 0);
    });
    expect(takeAll(bucket, 500)).toBe(50);
    for (const hold of holds) hold.giveBack(500);
    expect(takeAll(bucket, 500)).toBe(50);
  });
});

interface Taken {
  readonly at: number;
  readonly weight: number;
}

/** A bucket beside a list of what was taken from it for good: the list alone says how it must stand. */
class Ledger {
  readonly #bucket: TokenBucket;
  readonly #burst: number;
  readonly #interval: number;
  readonly #taken = new Set<Taken>();
  readonly #held: { readonly hold: Hold; readonly what: Taken }[] = [];
  #now = 10_000;

  constructor(limit: number, burst: number) {
    this.#bucket = new TokenBucket(shape(limit, 1000, burst));
    this.#burst = burst;
    this.#interval = 1000 / limit;
  }

  wait(time: number): void {
    this.#now += time;
  }

  take(weight: number, held: boolean): void {
    if (!this.#bucket.take(weight, this.#now)) return;
    const what = { at: this.#now, weight };
    this.#taken.add(what);
    if (held) this.#held.push({ what, hold: this.#bucket.hold(weight, this.#now) });
  }

  decide(which: number, back: boolean): void {
    const [decided] = this.#held.splice(which % Math.max(1, this.#held.length), 1);
    if (decided && back) {
      decided.hold.giveBack(this.#now);
      this.#taken.delete(decided.what);
    }
    if (decided && !back) decided.hold.spend();
  }

  /** By how many milliseconds the bucket is fuller or emptier than if only what is on the list had ever been taken. */
  get error(): number {
    let fullAt = 0;
    for (const { at, weight } of this.#taken) fullAt = Math.max(fullAt, at) + weight * this.#interval;
    return this.#bucket.readyAt(this.#burst, this.#now) - Math.max(this.#now, fullAt);
  }

  /** The most by which any stretch of time had more than burst + rate × time. */
  get excess(): number {
    const all = [...this.#taken];
    const stretches = all.flatMap(({ at: start }, from) => {
      let sum = 0;
      return all.slice(from).map(({ at, weight }) => {
        sum += weight;
        return sum - this.#burst - (at - start) / this.#interval;
      });
    });
    return Math.max(0, ...stretches);
  }
}

const time = fc.oneof(fc.nat(50), fc.double({ min: 0, max: 2000, noNaN: true }));
const step = fc.oneof(
  time.map((duration) => (ledger: Ledger) => ledger.wait(duration)),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()).map((ask) => (ledger: Ledger) => ledger.take(...ask)),
  fc.tuple(fc.nat(10), fc.boolean()).map((decision) => (ledger: Ledger) => ledger.decide(...decision)),
);

describe('whatever happens to a token bucket', () => {
  it('stands as if what was given back had never been taken, and never gives more than burst + rate × time', () => {
    const limit = fc.integer({ min: 1, max: 40 });
    const burst = fc.integer({ min: 4, max: 12 });
    fc.assert(
      fc.property(limit, burst, fc.array(step, { maxLength: 60, size: 'max' }), (limit, burst, steps) => {
        const ledger = new Ledger(limit, burst);
        for (const next of steps) {
          next(ledger);
          expect(Math.abs(ledger.error)).toBeLessThan(1e-3);
        }
        expect(ledger.excess).toBeLessThan(1e-3);
      }),
      { numRuns: 1000 },
    );
  });
});
