import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type BucketHold, BucketHolds } from '../../../src/policies/rate-limit/bucket-holds.js';

const bucket = { forget: () => {}, putBack: () => {} };

/** Holds as they are by definition: each knows the least that was missing since it was made. */
class NaiveHolds {
  #all: { readonly number: number; readonly time: number; least: number }[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(number: number, time: number, missing: number): void {
    this.sawMissing(missing);
    this.#all.push({ number, time, least: missing });
  }

  sawMissing(time: number): void {
    for (const hold of this.#all) hold.least = Math.min(hold.least, time);
  }

  remove(number: number): void {
    this.#all = this.#all.filter((hold) => hold.number !== number);
  }

  giveBack(number: number): number {
    const hold = this.#all.find((hold) => hold.number === number);
    if (hold === undefined) return 0;
    const worth = Math.min(hold.time, hold.least);
    for (const other of this.#all) {
      if (other.number > number) other.least -= worth;
      else other.least = Math.min(other.least, hold.least - worth);
    }
    this.remove(number);
    return worth;
  }
}

/** What is on hold, as it is kept and by definition. */
class Both {
  readonly #holds = new BucketHolds();
  readonly #naive = new NaiveHolds();
  readonly #made: BucketHold[] = [];
  #missing = 0;

  add(time: number): void {
    this.#missing += time;
    this.#naive.add(this.#made.length, time, this.#missing);
    this.#made.push(this.#holds.add(bucket, time, this.#missing));
  }

  see(time: number): void {
    this.#missing = Math.max(0, this.#missing - time);
    this.#naive.sawMissing(this.#missing);
    this.#holds.sawMissing(this.#missing);
  }

  spend(number: number): void {
    this.#naive.remove(number);
    this.#holds.remove(this.#hold(number));
    expect(this.#holds.size).toBe(this.#naive.size);
  }

  giveBack(number: number): void {
    const worth = this.#holds.giveBack(this.#hold(number));
    expect(worth).toBe(this.#naive.giveBack(number));
    this.#missing -= worth;
    expect(this.#holds.size).toBe(this.#naive.size);
  }

  /** One of the newest. */
  newest(which: number): number | undefined {
    const number = this.#made.length - 1 - which;
    return number < 0 ? undefined : number;
  }

  #hold(number: number): BucketHold {
    return this.#made[number] as BucketHold;
  }
}

describe('the permits of a bucket on hold', () => {
  it('are worth what they are by definition, once, in whichever order they are spent and given back', () => {
    const settled = (how: 'spend' | 'giveBack') =>
      fc.nat(30).map((which) => (both: Both) => {
        const number = both.newest(which);
        if (number !== undefined) both[how](number);
      });
    const step = fc.oneof(
      { weight: 2, arbitrary: fc.nat(40).map((time) => (both: Both) => both.add(time)) },
      { weight: 1, arbitrary: fc.nat(40).map((time) => (both: Both) => both.see(time)) },
      { weight: 1, arbitrary: settled('spend') },
      { weight: 2, arbitrary: settled('giveBack') },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const both = new Both();
        for (const next of steps) next(both);
      }),
      { numRuns: 500 },
    );
  });

  it('are nothing to those who come after a bucket has begun anew', () => {
    const [before, after] = [new BucketHolds(), new BucketHolds()];
    const old = before.add(bucket, 5, 5);
    after.add(bucket, 5, 5);
    after.remove(old);
    expect([after.giveBack(old), after.size, before.size]).toEqual([0, 1, 1]);
  });
});

describe('many permits of a bucket on hold', () => {
  const count = 20_000;
  let steps = 0;
  afterEach(() => {
    steps = 0;
  });

  /** Counts each look at what is kept for a hold. */
  function watched(hold: BucketHold): BucketHold {
    const { level } = hold;
    for (const name of ['step', 'into'] as const) {
      let value: unknown = level?.[name];
      Object.defineProperty(level, name, {
        get: () => {
          steps++;
          return value;
        },
        set: (next: unknown) => {
          value = next;
        },
      });
    }
    return hold;
  }

  function burst(holds: BucketHolds): BucketHold[] {
    return Array.from({ length: count }, (_, i) => watched(holds.add(bucket, 1, i + 1)));
  }

  const all = Array.from({ length: count }, (_, i) => i);
  const orders: readonly (readonly [name: string, order: readonly number[]])[] = [
    ['the oldest first', all],
    ['the newest first', all.toReversed()],
    ['in any order', all.map((i) => (i * 7919) % count)],
  ];

  it.each(orders)('cost a few steps each where they are spent, %s', (_name, order) => {
    const holds = new BucketHolds();
    const made = burst(holds);
    for (const i of order) holds.remove(made[i] as BucketHold);
    expect(holds.size).toBe(0);
    expect(steps / count).toBeLessThan(10);
  });

  it.each(orders.slice(0, 2))('cost a few steps each where they are given back, %s', (_name, order) => {
    const holds = new BucketHolds();
    const made = burst(holds);
    for (const i of order) expect(holds.giveBack(made[i] as BucketHold)).toBe(1);
    expect(steps / count).toBeLessThan(15);
  });

  it('cost those who come a few steps each while the bucket fills again and all wait', () => {
    const holds = new BucketHolds();
    const made = burst(holds);
    for (let missing = count; missing > 1; missing -= 0.5) {
      holds.sawMissing(missing - 1);
      made.push(watched(holds.add(bucket, 0.5, missing - 0.5)));
    }
    expect(holds.size).toBe(made.length);
    expect(steps / made.length).toBeLessThan(15);
    steps = 0;
    for (const hold of made) holds.remove(hold);
    expect(holds.size).toBe(0);
    expect(steps / made.length).toBeLessThan(15);
  });
});
